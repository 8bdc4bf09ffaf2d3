"""What the supervisor starts by itself: a sync of the sources that are due, or a run of a `[[publish]]` table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from limner.publish.results import Result as Published
from limner.publish.standing import Row as TableRow
from limner.sync.results import Result as Synced
from limner.sync.standing import Row as SourceRow

SYNC, PUBLISH = "sync", "publish"
"""The nouns of jobs."""

CHANGED = ("added", "changed", "replaced", "mended", "removed", "refused")


@dataclass(frozen=True, slots=True)
class Job:
    """A command of limner's that is due: its noun, the other words of it, and the sources or the table it is for.

    `last` is when the last one for them began (Unix seconds; 0: never).
    """

    noun: str
    words: tuple[str, ...]
    whom: tuple[str, ...]
    last: float

    @property
    def name(self) -> str:
        """What tells a job from others: syncs are all one, each table is one."""
        return SYNC if self.noun == SYNC else f"{PUBLISH} {self.whom[0]}"


def due(sources: Sequence[SourceRow], tables: Sequence[TableRow], now: float) -> list[Job]:
    """Give the jobs whose time has come, the one that was not done for the longest time first.

    All sources that are due are one job. A table whose run somebody else has begun is left to them.
    """
    jobs = []
    ripe = [row.result for row in sources if row.next_run is not None and row.next_run <= now]
    if ripe:
        options = [word for last in ripe for word in ("--source", last.source)]
        jobs.append(Job(SYNC, tuple(options), tuple(last.source for last in ripe), min(last.began for last in ripe)))
    for row in tables:
        if row.next_run is not None and row.next_run <= now and not row.running:
            words = (row.result.kind, "--name", row.result.table)
            jobs.append(Job(PUBLISH, words, (row.result.table,), row.result.began))
    return sorted(jobs, key=lambda job: job.last)


def news(last: Synced | Published) -> str | None:
    """Say what a job changed, for the log; None: nothing, or it failed, and has said so itself."""
    if last.failed:
        return None
    if isinstance(last, Published):
        counts = [f"{last.counts[word]} {word}" for word in CHANGED if last.counts.get(word)]
        return f"published {last.table}: {', '.join(counts)}" if counts else None
    counts = [f"{last.counts.get(word, 0)} {word}" for word in ("added", "changed", "removed", "refused")]
    changed = any(not count.startswith("0 ") for count in counts[:3])
    return f"synced {last.source}: {', '.join(counts)}" if changed else None
