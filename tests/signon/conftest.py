"""Files and servers that several tests of the sign-on room use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

DXL = """\
<?xml version='1.0' encoding='utf-8'?>
<document xmlns='http://www.lotus.com/dxl' form='Server'>
 <item name='ServerName'><text>{name}</text></item>
 <item name='SMTPFullHostDomain'><text>{host}</text></item>
 <item name='NetAddresses'><textlist><text>{net}</text></textlist></item>
 <item name='ClusterName'><text>{cluster}</text></item>
</document>
"""


def dxl(
    name: str = "CN=Sametime/OU=Servers/O=ACME",
    host: str = "sametime004.acme.example",
    net: str = "sametime004.acme.example",
    cluster: str = "",
) -> bytes:
    return DXL.format(name=name, host=host, net=net, cluster=cluster).encode()


def canonical(name: str) -> str:
    """Give a hierarchical name with its labels, as Domino keeps it; a flat name is left as it is."""
    first, *units = name.split("/")
    if not units:
        return first
    *middle, last = units
    return "/".join((f"CN={first}", *(f"OU={unit}" for unit in middle), f"O={last}"))


Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write a file into a folder of the test's own: `put("notes.ini", "[Notes]")`."""

    def put(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return put
