"""Sources -> library: plan, apply, report. One sync at a time; an interrupted one is continued by the next."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from limner.errors import LibraryError, SourceError
from limner.library import HAND, Library
from limner.picture import Limits
from limner.settings import Settings
from limner.sources import open_source
from limner.sync.apply import carry_out
from limner.sync.arrange import arrange
from limner.sync.compose import Rules
from limner.sync.memory import Memory, forget_state
from limner.sync.plan import Desk, Plan, Progress, make
from limner.sync.report import Report
from limner.sync.spool import Spool

__all__ = ["HAND", "Progress", "Report", "arrange", "forget_state", "rules_of", "run"]


def run(
    library: Library,
    settings: Settings,
    *,
    only: Sequence[str] = (),
    dry_run: bool = False,
    full: bool = False,
    max_removals: float | None = None,
    tell: Progress = lambda what, done, of: None,
) -> list[Report]:
    """Sync all sources, or those named in `only`, and report on each.

    All plans are made and guarded before anything is done: a source whose plan would remove more than `max_removals`
    (a share; the setting if None) stops the whole run. A source that cannot be read is reported and left as it is.
    `full`: whatever was remembered of the sources is not believed, and everybody is read again.
    Raises SyncRefusedError, LibraryError.
    """
    rules = rules_of(settings)
    share = settings.sync.max_removals if max_removals is None else max_removals
    limits = Limits(settings.sync.picture_bytes, settings.sync.picture_pixels)
    with _alone(settings.library), Spool(settings.library) as spool, ExitStack() as opened:
        desk = Desk(library, rules, spool, limits.bytes, tell, full)
        plans = []
        for table in settings.source:
            if only and table.label not in only:
                continue
            try:
                source = open_source(table)
                opened.callback(source.close)
                plan = make(desk, source, Memory(library, table, limits))
            except SourceError as why:
                plan = Plan(Report(table.label, failed=why.message, hint=why.hint))
            plan.guard(share)
            plans.append(plan)
        if not dry_run:
            carry_out(library, plans, rules, settings.sync, tell)
        return [plan.report for plan in plans]


def rules_of(settings: Settings) -> Rules:
    """Give who counts for what, as the settings have it."""
    return Rules(tuple(source.label for source in settings.source), settings.sync.newest_photo)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock that lets one sync run at a time; the system frees it when the process ends, however it ends."""
    file = folder / "sync.lock"
    try:
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as why:
        raise LibraryError(f"cannot open {file}: {why.strerror}") from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LibraryError("another sync of this library is running", hint="wait until it ends") from None
        except OSError as why:
            raise LibraryError(f"cannot lock {file}: {why.strerror}") from None
        yield
    finally:
        os.close(lock)
