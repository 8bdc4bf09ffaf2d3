"""Syncs, and runs of `[[publish]]` tables, that the supervisor starts by itself: when they are due, one at a time.

Each is a process of low priority. A sync that runs elsewhere holds the library's lock, and is waited for. A job that
cannot even begin is tried again after a while. Where several machines share a library, each of them looks; whoever gets
the lock does what is due, and the others hear that it is done. When that one dies, the lock goes with it, and another
takes the job.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from limner.errors import LimnerError
from limner.library import open_library
from limner.publish.results import Result as Published
from limner.publish.standing import Row as TableRow
from limner.publish.standing import standing as tables_standing
from limner.settings import Settings, SharedPlace
from limner.sync.results import Result as Synced
from limner.sync.standing import Row, standing
from limner.web.gauges import Gauges
from limner.web.jobs import PUBLISH, SYNC, Job, due, news
from limner.web.replica.turn import Turn

LOOK_SECONDS = 1.0
HEAR_SECONDS = 10.0  # for which a result may be on its way from a shared library
REST_SECONDS = 30.0  # before another try, where a job could not begin; twice as long after each failure
LONGEST_REST = 900.0
ELSEWHERE_SECONDS = 5.0  # where another machine did it, or is about to
START = "import os; os.nice(10); from limner.cli import main; main()"


class Timetable:
    """The sources and `[[publish]]` tables of a door, and the jobs for them."""

    def __init__(self, file: Path, settings: Settings, gauges: Gauges, say: Callable[[str], None]) -> None:
        self.file = file
        self.settings = settings
        self.say = say
        self.rows: list[Row] = []
        self.tables: list[TableRow] = []
        self.running = False
        self._tried: dict[str, dict[str, float]] = {SYNC: {}, PUBLISH: {}}
        self._rests: dict[str, tuple[float, float]] = {}  # of jobs that could not begin: until when, and how long
        self._library = open_library(settings.local, create=True, readonly=True)
        self.turn = Turn(settings, self._library, gauges)

    async def run(self, stop: asyncio.Event) -> None:
        """Look, and start what is due, until `stop`; a job that runs then is told to end."""
        while not stop.is_set():
            try:
                self.look()
                job = self.next_job(self.turn.now())
                if job is not None and not self.running and self.turn.may_start():
                    await self._do_once(job, stop)
            except LimnerError as why:
                self.say(f"error: {why.message}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        self._library.close()

    def look(self) -> None:
        """See how things stand. Raises LibraryError."""
        now = self.turn.now()
        self.running = self.turn.is_taken()
        self.rows = standing(self._library, self.settings, self._tried[SYNC], now=now)
        self.tables = tables_standing(self._library, self.settings, self._tried[PUBLISH], now=now)

    def next_job(self, now: float) -> Job | None:
        """Give the job that is to be done now, if any is due and has rested."""
        jobs = due(self.rows, self.tables, now)
        return next((job for job in jobs if now >= self._rests.get(job.name, (0.0, 0.0))[0]), None)

    async def _do_once(self, job: Job, stop: asyncio.Event) -> None:
        """Do a job, unless another machine that shares the library does it, or has done it. Raises LibraryError."""
        if job.noun == SYNC or not self.turn.shared:
            await self._do(job, stop)  # a sync sees to that itself
            return
        claim = await asyncio.to_thread(self.turn.claim, job.name)
        try:
            if claim is not None and await asyncio.to_thread(self._is_due_everywhere, job):
                await self._do(job, stop)
            else:
                self._rests[job.name] = (self.turn.now() + ELSEWHERE_SECONDS, 0)
        finally:
            if claim is not None:
                claim.close()

    def _is_due_everywhere(self, job: Job) -> bool:
        """Tell whether a table is still due by what the shared library says, now that nobody else can begin it."""
        library = open_library(self.settings.place, readonly=True)
        try:
            now = library.now()
            return any(each.name == job.name for each in due([], tables_standing(library, self.settings, now=now), now))
        finally:
            library.close()

    async def _do(self, job: Job, stop: asyncio.Event) -> None:
        before = {name: last.began for name, last in self._results(job).items()}
        self._tried[job.noun] |= dict.fromkeys(job.whom, self.turn.now())
        once = ("--due",) if job.noun == SYNC else ()
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", START, job.noun, *job.words, *once, "--config", str(self.file)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,  # what it says on standard error goes where ours goes
            process_group=0,
        )
        self.running = job.noun == SYNC
        stopped = asyncio.create_task(stop.wait())
        ended = asyncio.create_task(child.wait())
        while not (stopped.done() or ended.done()):
            await asyncio.wait({stopped, ended}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            with contextlib.suppress(LimnerError):  # so that who asks meanwhile sees how things stand
                self.look()
        stopped.cancel()
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        status = await ended
        if stop.is_set():
            return
        begun = await self._begun(job, before, patient=status in (0, 1))
        for last in begun:
            if told := news(last):
                self.say(told)
        if begun:
            self._rests.pop(job.name, None)
        else:
            self._rest(job, elsewhere=job.noun == SYNC and status == 0)

    async def _begun(self, job: Job, before: dict[str, float], *, patient: bool) -> list[Synced | Published]:
        """Give the results of a job that ended; a replica of a shared library may need a while to hear of them."""
        end = time.monotonic() + (HEAR_SECONDS if patient and isinstance(self.settings.place, SharedPlace) else 0)
        while True:
            self.look()
            begun = [last for name, last in self._results(job).items() if last.began > before.get(name, 0)]
            if begun or time.monotonic() >= end:
                return begun
            await asyncio.sleep(0.1)

    def _results(self, job: Job) -> dict[str, Synced | Published]:
        """Give what is known of the last runs of those that a job is for."""
        if job.noun == SYNC:
            return {row.result.source: row.result for row in self.rows if row.result.source in job.whom}
        return {row.result.table: row.result for row in self.tables if row.result.table in job.whom}

    def _rest(self, job: Job, *, elsewhere: bool) -> None:
        """Let a job that could not begin rest, longer each time; `elsewhere`: another machine is about to do it."""
        for name in job.whom:
            del self._tried[job.noun][name]
        _, rested = self._rests.get(job.name, (0.0, 0.0))
        rest = 0.0 if elsewhere else min(2 * rested or REST_SECONDS, LONGEST_REST)
        self._rests[job.name] = (self.turn.now() + (rest or ELSEWHERE_SECONDS), rest)
