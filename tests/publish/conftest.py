from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ldap_servers import Slapd
from ldap_servers.slapd import ADMIN, PASSWORD, PEOPLE, person

from .scene import House, photo


@pytest.fixture
def slapd() -> Iterator[Slapd]:
    """A slapd with jane, who has nothing, joe, who has two addresses and a photo, a name to escape, and a stranger."""
    old = {"photoURL": ["http://old/1", "http://old/2"], "jpegPhoto": photo("black")}
    with Slapd(
        person("jane", mail=["jane@acme.example", "roe@acme.example"]),
        person("joe", mail="joe@acme.example", **old),
        person("ann", mail="ann@acme.example", dn=f"cn=Än\\,n,{PEOPLE}"),
        person("stranger", mail="stranger@acme.example"),
    ) as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, slapd: Slapd) -> Iterator[House]:
    """A library with photos of jane, joe and ann."""
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    access = {"servers": slapd.url, "ca_file": slapd.ca_file, "user": ADMIN, "password_file": password}
    made = House(tmp_path, directory="openldap", base=PEOPLE, page_size=2, **access)
    for who, colour in (("jane", "red"), ("joe", "lime"), ("ann", "blue")):
        made.has(who, colour)
    yield made
    made.library.close()
