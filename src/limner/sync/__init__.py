"""Sources -> library: plan, apply, report. One sync at a time; an interrupted one is continued by the next."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing

from limner import settings as tables
from limner.errors import LimnerError, SourceError
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
from limner.sync.results import write_results
from limner.sync.spool import Spool
from limner.sync.standing import is_due, standing

__all__ = ["HAND", "Progress", "Report", "arrange", "forget_state", "rules_of", "run"]


def run(
    library: Library,
    settings: Settings,
    *,
    only: Sequence[str] = (),
    dry_run: bool = False,
    full: bool = False,
    max_removals: float | None = None,
    due: bool = False,
    tell: Progress = lambda what, done, of: None,
) -> list[Report]:
    """Sync all sources, or those named in `only`, and report on each.

    All plans are made and guarded before anything is done: a source whose plan would remove more than `max_removals`
    (a share; the setting if None) stops the whole run. A source that cannot be read is reported and left as it is.
    `due`: only those whose time has come by their schedule, or that were never synced; none while another sync runs.
    `full`: whatever was remembered of the sources is not believed, and everybody is read again.
    Raises SyncRefusedError, LibraryError, HeldError while another sync runs.
    """
    chosen = [table for table in settings.source if not only or table.label in only]
    share = settings.sync.max_removals if max_removals is None else max_removals
    with library.alone(), Spool(settings.local) as spool, ExitStack() as opened:
        began = library.now()
        if due:
            waiting = {row.result.source for row in standing(library, settings, now=began) if is_due(row, began)}
            chosen = [table for table in chosen if table.label in waiting]
        limits = Limits(settings.sync.picture_bytes, settings.sync.picture_pixels)
        desk = Desk(library, rules_of(settings), spool, limits, tell, full)
        try:
            plans = [_plan(desk, table, settings, opened, share) for table in chosen]
            if dry_run:
                return [plan.report for plan in plans]
            _tidy(library, full=full)
            carry_out(library, plans, desk.rules, settings, tell)
        except LimnerError as why:
            failed = [Report(table.label, failed=why.message, hint=why.hint) for table in chosen]
            if not dry_run:
                write_results(library, failed, began, library.now())
            raise
        reports = [plan.report for plan in plans]
        write_results(library, reports, began, library.now())
        return reports


def _tidy(library: Library, *, full: bool) -> None:
    """Leave nothing in the queue of pictures that nobody waits for; `full`: what was set aside is tried again."""
    queue = library.queue()
    if queue is not None:
        with closing(queue):
            queue.tidy()
            if full:
                queue.try_again()


def _plan(desk: Desk, table: tables.Source, settings: Settings, opened: ExitStack, share: float) -> Plan:
    """Make the plan of one source, and guard it; the source stays open as long as `opened`."""
    try:
        source = open_source(table, settings)
        opened.callback(source.close)
        plan = make(desk, source, Memory(desk.library, table, desk.limits))
    except SourceError as why:
        plan = Plan(Report(table.label, failed=why.message, hint=why.hint))
    plan.guard(share)
    return plan


def rules_of(settings: Settings) -> Rules:
    """Give who counts for what, as the settings have it."""
    return Rules(tuple(source.label for source in settings.source), settings.sync.newest_photo)
