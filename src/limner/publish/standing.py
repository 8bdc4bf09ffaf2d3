"""How each `[[publish]]` table stands: what its last run did, how old that is, and when the next one is due."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from limner.library import Library
from limner.publish.lock import is_running
from limner.publish.results import Result, result
from limner.settings import Settings
from limner.settings.schedule import next_run, utc


@dataclass(frozen=True, slots=True)
class Row:
    """A table: how its last run ended, whether one runs now, when the next one is due (None: never by itself)."""

    result: Result
    running: bool
    next_run: float | None


def standing(library: Library, settings: Settings, tried: Mapping[str, float] | None = None) -> list[Row]:
    """Give how the tables of the settings stand.

    `tried`: when a run of a table was last started, by its label, where that is known; it need not have written
    anything down.
    """
    rows = []
    for table in settings.publish:
        last = result(library, table)
        began = max(last.began, (tried or {}).get(table.label, 0)) or None
        rows.append(Row(last, is_running(table), next_run(table.schedule, began, time.time())))
    return rows


def as_dict(row: Row) -> dict[str, object]:
    """Give a row as programs read it: times as text in UTC, the age in seconds; None for what never was."""
    last = row.result
    return {
        "table": last.table,
        "kind": last.kind,
        "running": row.running,
        "last_success": utc(last.success),
        "age_seconds": round(time.time() - last.success) if last.success else None,
        "last_run": utc(last.ended),
        "failed": last.failed,
        "counts": last.counts,
        "next_run": utc(row.next_run),
    }
