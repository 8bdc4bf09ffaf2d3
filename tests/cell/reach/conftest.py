"""The sample cell, made once, and copies of it in which settings are other ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from limner.cell.model import Cell
from limner.cell.reading import read_cell
from limner.cell.sample import write_sample

NODES = ("stpNode", "mtgNode", "mediaNode")
Read = Callable[..., Cell]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reach") / "acme"
    write_sample(folder)
    return folder


@pytest.fixture
def read(sample: Path, tmp_path: Path) -> Read:
    """Read the sample's last moment, with protocols of SSL configurations set in the deployment manager's copy.

    With `nodes` their own profiles too, of which mediaNode's is stale.
    """

    def read(*nodes: str, alias: str = "", **protocols: str) -> Cell:
        place = tmp_path / f"dmgr-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(sample / "3-tls12" / "dmgrNode", place)
        file = place / "config/cells/acmeCell/security.xml"
        text = file.read_text()
        for name, protocol in protocols.items():
            text, changed = re.subn(
                rf'(alias="{name}".*?sslProtocol=")[^"]*', rf"\g<1>{protocol}", text, flags=re.DOTALL
            )
            assert changed, name
        if alias:
            text = text.replace('certificateAlias="wildcard"', f'certificateAlias="{alias}"')
        file.write_text(text)
        return read_cell(place, [(node, sample / "3-tls12" / node) for node in nodes])

    return read
