"""One table's files, brought up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from itertools import islice

import uvloop

from limner import settings
from limner.errors import PublishError
from limner.library import GUEST, INSIDER, Library
from limner.publish.files.collect import LIST, listed
from limner.publish.files.manifest import Manifest, Written, manifest_of
from limner.publish.files.plan import Plan, Wanted, guard, plan, wanted
from limner.publish.files.report import Failure, Report
from limner.publish.files.target import RefusedError, Seen, Target

STEP = 500
"""Files between two looks at the disk: how many names are put down at once before their files are written."""

ENOUGH = 20
"""Files that are refused one after the other before the whole run is given up."""

Tell = Callable[[str, int, int | None], None]


def publish(
    library: Library,
    table: settings.Files,
    target: Target,
    *,
    dry_run: bool = False,
    adopt: bool = False,
    max_removals: float | None = None,
    tell: Tell = lambda what, done, of: None,
) -> Report:
    """Write what is new or changed, remove what should no longer be there, and report.

    A file that limner did not write is left as it is, unless the table's `replace` or `adopt` says otherwise. Raises
    PublishError: the place cannot be reached, or too much would be removed; then nothing was changed.
    """
    share = table.max_removals if max_removals is None else max_removals
    with manifest_of(table.manifests, table.label, table.place, change=not dry_run) as manifest:
        asked, left_out = wanted(library, table)
        work = _Work(library, table, target, manifest, asked, tell)
        report = Report(table.label, table.place, left_out=[Failure(*each) for each in left_out])
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work.run(report, dry_run=dry_run, replace=table.replace or adopt, share=share))
    return report


class _Work:
    def __init__(
        self,
        library: Library,
        table: settings.Files,
        target: Target,
        manifest: Manifest,
        asked: Mapping[str, Wanted],
        tell: Tell,
    ) -> None:
        self.library = library
        self.table = table
        self.target = target
        self.manifest = manifest
        self.asked = asked
        self.tell = tell
        self.in_a_row = 0  # files that were refused, since one was not

    async def run(self, report: Report, *, dry_run: bool, replace: bool, share: float) -> None:
        async with self.target:
            there = await self.target.listing(self._folders())
            made = plan(self.asked, self.manifest.files, there, replace=replace)
            guard(made, len(self.manifest.files), share)
            report.take(made)
            if dry_run:
                return
            try:
                await self._apply(made, report)
                if self.table.collect and (made.put or made.removed or LIST not in there):
                    await self._collect(report)
            finally:
                await self._settle(report)

    def _folders(self) -> set[str]:
        return {path.rpartition("/")[0] for paths in (self.asked, self.manifest.files) for path in paths}

    async def _apply(self, made: Plan, report: Report) -> None:
        put, total, done = made.put, len(made.put) + len(made.removed), 0
        for paths, verb in ((made.removed, self._remove), (put, self._put)):
            ahead = iter(paths)
            while step := list(islice(ahead, STEP)):
                self.manifest.begin(step)
                await self._each(step, verb, report)
                self.manifest.put_down(step)
                done += len(step)
                self.tell(f"publishing {self.table.label}", done, total)

    async def _each(self, paths: list[str], verb: Callable[[str], Coroutine[None, None, None]], report: Report) -> None:
        ahead = iter(paths)

        async def work() -> None:
            for path in ahead:
                try:
                    await verb(path)
                    self.in_a_row = 0
                except RefusedError as why:
                    report.refused.append(Failure(path, why.message))
                    self.in_a_row += 1
                    if self.in_a_row > ENOUGH:
                        raise PublishError(
                            f"{self.in_a_row} files one after the other were refused, the last: {why.message}",
                            hint="may this user write there, and is there room?",
                        ) from None

        await _all(work() for _ in range(self.target.parallel))

    async def _put(self, path: str) -> None:
        body = self._body(self.asked[path])
        if body is None:  # since the plan was made, the photo went, or its person was hidden
            await self._remove(path)
            return
        await self.target.put(path, body)
        self.manifest.files[path] = Written(self.asked[path].of, Seen(len(body), ""))

    def _body(self, want: Wanted) -> bytes | None:
        record = self.library.record(want.source, want.origin)
        if record is None:
            return None
        sees = INSIDER if self.table.insiders else GUEST
        key = min(record.person.name_keys())
        shown = self.library.rendition(key, self.table.size, self.table.bytes, sees=sees)
        return None if shown is None else shown.body

    async def _remove(self, path: str) -> None:
        await self.target.remove(path)
        self.manifest.files.pop(path, None)

    async def _collect(self, report: Report) -> None:
        """Write TDI's list; what could not be written is not in it."""
        missing = {failure.where for failure in report.refused} | set(report.foreign)
        await self.target.put(LIST, listed(self.library, self.table, self.asked.keys() - missing))

    async def _settle(self, report: Report) -> None:
        """See how the place tells of what was written, and keep that for the next run."""
        files = self.manifest.files
        fresh = [path for path, written in files.items() if written.seen and not written.seen.stamp]
        if fresh:
            try:
                there = await self.target.listing(self._folders())
            except PublishError:  # it went away; sizes are known, and the next run sees the rest
                fresh = []
        for path in fresh:
            written, seen = files[path], there.get(path)
            if seen is not None and written.seen is not None and seen.size == written.seen.size:
                files[path] = Written(written.of, seen)
            else:
                files[path] = Written()
                report.refused.append(Failure(path, "it is not there as it was written"))
        self.manifest.save()


async def _all(jobs: Iterator[Coroutine[None, None, None]]) -> None:
    """Run jobs side by side; the first error ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
    except* PublishError as several:
        raise several.exceptions[0] from None
