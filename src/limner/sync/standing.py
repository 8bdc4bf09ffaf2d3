"""How each source stands: what the last sync of it did, how old that is, and when the next one is due."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from limner.library import Library
from limner.settings import Settings
from limner.settings.schedule import next_run, schedule_of, utc
from limner.sync.results import Result, result


@dataclass(frozen=True, slots=True)
class Row:
    """A source: how its last sync ended, and when the next one is due (None: never by itself)."""

    result: Result
    next_run: float | None


def standing(library: Library, settings: Settings, tried: Mapping[str, float] | None = None) -> list[Row]:
    """Give how the sources of the settings stand.

    `tried`: when a sync of a source was last started, where that is known; it need not have written anything down.
    """
    rows = []
    for source in settings.source:
        last = result(library, source.label)
        began = max(last.began, (tried or {}).get(source.label, 0)) or None
        due = next_run(schedule_of(source, settings), began, time.time())
        rows.append(Row(last, due))
    return rows


def as_dict(row: Row) -> dict[str, object]:
    """Give a row as programs read it: times as text in UTC, the age in seconds; None for what never was."""
    last = row.result
    return {
        "source": last.source,
        "people": last.people,
        "last_success": utc(last.success),
        "age_seconds": round(time.time() - last.success) if last.success else None,
        "last_run": utc(last.ended),
        "failed": last.failed,
        "counts": last.counts,
        "next_run": utc(row.next_run),
    }
