"""Plans for the sample cell, whose files are made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from limner.cell.model import Cell, Security
from limner.cell.plan import Change, Judge, Made, Refused, make, read_packs
from limner.cell.reach import Client, Roles, read_clients
from limner.cell.reading import read_cell
from limner.cell.stores import Stores
from limner.cell.suites import Jdk

NODES = ("stpNode", "mtgNode", "mediaNode")
OLD = Jdk.parse("7.1.3.0")


_CELLS: dict[Path, Cell] = {}
_OPENED = Stores(Cell(name="", security=Security(file="")))  # what was opened once, in whatever test


class Planned:
    """A cell, and what is made of a change of it."""

    def __init__(self, cell: Cell, folder: Path, jdk: Jdk | None, clients: tuple[Client, ...] | None) -> None:
        self.cell = cell
        self.folder = folder
        self.jdk = jdk
        self.judge = Judge(cell, read_clients() if clients is None else clients, Roles(), jdk)
        self.judge.stores = Stores(cell, _OPENED)

    def make(self, change: Change) -> Made | Refused:
        packs = read_packs(change, self.folder, lambda file: lambda: "WebAS")
        return make(self.cell, change, packs, self.judge, self.jdk)

    def made(self, change: Change) -> Made:
        made = self.make(change)
        assert isinstance(made, Made), [(each.caller, each.wanted.target.label) for each in made.broken]
        return made

    def refused(self, change: Change) -> Refused:
        refused = self.make(change)
        assert isinstance(refused, Refused)
        return refused


Plans = Callable[..., Planned]


@pytest.fixture
def plans(sample: Path) -> Plans:
    def plans(
        moment: str = "2-certificate", jdk: Jdk | None = OLD, clients: tuple[Client, ...] | None = None
    ) -> Planned:
        place = sample / moment
        if place not in _CELLS:
            _CELLS[place] = read_cell(place / "dmgrNode", [(each, place / each) for each in NODES])
        return Planned(_CELLS[place], sample, jdk, clients)

    return plans


def change(**tables: list[dict[str, object]]) -> Change:
    return Change.model_validate(tables)


STORY = change(
    protocol=[
        {"protocol": "SSL_TLSv2", "configurations": ["*"], "commands": ["*"]},
        {"protocol": "TLSv1.2", "processes": ["was_stpProxy"]},
    ]
)
WILDCARD = change(
    certificate=[{"file": "wild.acme.example.p12", "alias": "wildcard", "processes": ["was_*", "ST*Server"]}]
)
