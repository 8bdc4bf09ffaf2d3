"""How the last run of each `[[publish]]` table ended, written down in the library for whoever asks later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Protocol

from limner import settings
from limner.library import Library


class Outcome(Protocol):
    """What a report of any kind tells: why it failed (None: it did not), and how much was done, by what was done."""

    failed: str | None

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of files or entries, for each word of the report."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a table's last run; times in Unix seconds.

    `success` is when one last came to its end (0: never yet), be it that single files or entries were refused;
    `failed` why the last one did not. `counts` are those of its report.
    """

    table: str
    kind: str
    began: float = 0
    ended: float = 0
    success: float = 0
    failed: str | None = None
    counts: dict[str, int] = field(default_factory=dict)


def result(library: Library, table: settings.Publish) -> Result:
    """Give how the last run of a table ended; one that never began where there was none."""
    noted = library.note(_name(table))
    told = json.loads(noted) if noted is not None else {}
    known = {each.name: told[each.name] for each in fields(Result) if each.name in told}
    return Result(**known | {"table": table.label, "kind": table.kind})


def write_result(library: Library, table: settings.Publish, outcome: Outcome, began: float, ended: float) -> None:
    """Write down how a run ended. Raises LibraryError."""
    success = result(library, table).success if outcome.failed else ended
    done = Result(table.label, table.kind, began, ended, success, outcome.failed, dict(outcome.counts))
    with library.batch() as batch:
        batch.note(_name(table), json.dumps(asdict(done)))


def _name(table: settings.Publish) -> str:
    return f"published {table.kind} {table.label}"
