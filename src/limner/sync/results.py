"""How the last sync of each source ended, written down in the library for whoever asks later."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields

from limner.library import Library
from limner.sync.report import Report

COUNTED = ("added", "changed", "removed", "shadowed", "refused", "postponed")


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a source's last sync; times in Unix seconds.

    `success` is when one last ended that read the source whole (0: never yet), `failed` why the last one did not.
    `people` is how many the library had from the source then; `counts` are how many people were added, changed,
    removed, shadowed (outranked), refused, postponed, and kept.
    """

    source: str
    began: float = 0
    ended: float = 0
    success: float = 0
    failed: str | None = None
    people: int = 0
    counts: dict[str, int] = field(default_factory=dict)


def result(library: Library, source: str) -> Result:
    """Give how the last sync of a source ended; one that never began where there was none."""
    noted = library.note(_name(source))
    if noted is None:
        return Result(source)
    told = json.loads(noted)
    return Result(**{each.name: told[each.name] for each in fields(Result) if each.name in told})


def write_results(library: Library, reports: Sequence[Report], began: float, ended: float) -> None:
    """Write down how a sync ended."""
    done = list(_results(library, reports, began, ended))
    with library.batch() as batch:
        for each in done:
            batch.note(_name(each.source), json.dumps(asdict(each)))


def _results(library: Library, reports: Sequence[Report], began: float, ended: float) -> Iterator[Result]:
    people = library.sources()
    for report in reports:
        counts = {word: len(getattr(report, word)) for word in COUNTED} | {"kept": report.kept}
        success = result(library, report.source).success if report.failed else ended
        yield Result(report.source, began, ended, success, report.failed, people.get(report.source, 0), counts)


def _name(source: str) -> str:
    return f"result {source}"
