"""When what has a `schedule` is to run next, and how such a moment is written."""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim

from limner import settings
from limner.settings import Settings
from limner.settings.values import every


def schedule_of(source: settings.Source, whole: Settings) -> str:
    """Give the schedule of a source: its own, else that of all; "" for none."""
    return whole.sync.schedule if source.schedule is None else source.schedule


def next_run(schedule: str, last: float | None, now: float) -> float | None:
    """Give when a run is due (Unix seconds; in the past: at once); None: never.

    `last` is when the last one began, whatever became of it; None: there was none yet, and it is due at once: what
    comes after now never comes for whoever asks again and again. A run that was missed, because nobody served then, is
    made up for once.
    """
    if not schedule:
        return None
    if last is None:
        return now
    seconds = every(schedule)
    if seconds is not None:
        return min(last, now) + seconds
    return next(CronSim(schedule, datetime.fromtimestamp(min(last, now)).astimezone())).timestamp()


def utc(moment: float | None) -> str | None:
    """Write a moment (Unix seconds; 0 or None: there is none) as text."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
