"""When a source is to be synced next."""

from __future__ import annotations

from datetime import datetime

from cronsim import CronSim

from limner import settings
from limner.settings import Settings
from limner.settings.values import every


def schedule_of(source: settings.Source, whole: Settings) -> str:
    """Give the schedule of a source: its own, else that of all; "" for none."""
    return whole.sync.schedule if source.schedule is None else source.schedule


def next_run(schedule: str, last: float | None, now: float) -> float | None:
    """Give when a sync is due (Unix seconds; in the past: at once); None: never.

    `last` is when the last one began, whatever became of it; None: there was none yet. A run that was missed, because
    nobody served then, is made up for once.
    """
    if not schedule:
        return None
    seconds = every(schedule)
    if seconds is not None:
        return now if last is None else min(last, now) + seconds
    start = now if last is None else min(last, now)
    return next(CronSim(schedule, datetime.fromtimestamp(start).astimezone())).timestamp()
