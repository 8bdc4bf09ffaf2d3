"""A plan for a copy of the sample cell, its scripts, and a wsadmin to run them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cell.plan.conftest import NODES, OLD, Planned
from cell.script.wsadmin import Cell
from limner.cell.plan import Change, Made, Plan, document
from limner.cell.reading import read_cell
from limner.cell.script import write_scripts


@dataclass
class Staged:
    """A planned change on disk."""

    place: Path
    planned: Planned
    made: Made
    plan: Plan
    folder: Path

    def wsadmin(self, **more: str) -> Cell:
        return Cell(self.place / "dmgrNode", {each: self.place / each for each in NODES}, **more)

    def read(self) -> Planned:
        """Read the cell as it is now."""
        cell = read_cell(self.place / "dmgrNode", [(each, self.place / each) for each in NODES])
        return Planned(cell, self.planned.folder, self.planned.jdk, None)


Stage = Callable[[Change, str], Staged]


@pytest.fixture
def stage(sample: Path, tmp_path: Path) -> Stage:
    def stage(change: Change, moment: str) -> Staged:
        place = tmp_path / "cell"
        shutil.copytree(sample / moment, place)
        cell = read_cell(place / "dmgrNode", [(each, place / each) for each in NODES])
        planned = Planned(cell, sample, OLD, None)
        made = planned.made(change)
        places = {"": str(place / "dmgrNode"), **{each: str(place / each) for each in NODES}}
        security = (place / "dmgrNode/config/cells/acmeCell/security.xml").read_bytes()
        plan = document(cell, made, OLD, datetime(2026, 1, 2, tzinfo=UTC), places, security)
        folder = tmp_path / "scripts"
        if made.phases:
            write_scripts(plan, folder)
        return Staged(place, planned, made, plan, folder)

    return stage
