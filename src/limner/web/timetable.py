"""Syncs, and runs of `[[publish]]` tables, that the supervisor starts by itself: when they are due, one at a time.

Each is a process of low priority. A sync that runs elsewhere holds the library's lock, and is waited for. A job that
cannot even begin is tried again after a while.
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
from limner.web.jobs import PUBLISH, SYNC, Job, due, news

LOOK_SECONDS = 1.0
HEAR_SECONDS = 10.0  # for which a result may be on its way from a shared library
REST_SECONDS = 30.0  # before another try, where a job could not begin; twice as long after each failure
LONGEST_REST = 900.0
START = "import os; os.nice(10); from limner.cli import main; main()"


class Timetable:
    """The sources and `[[publish]]` tables of a door, and the jobs for them."""

    def __init__(self, file: Path, settings: Settings, say: Callable[[str], None]) -> None:
        self.file = file
        self.settings = settings
        self.say = say
        self.rows: list[Row] = []
        self.tables: list[TableRow] = []
        self.running = False
        self._tried: dict[str, dict[str, float]] = {SYNC: {}, PUBLISH: {}}
        self._rests: dict[str, tuple[float, float]] = {}  # of jobs that could not begin: until when, and how long
        self._library = open_library(settings.local, create=True, readonly=True)

    async def run(self, stop: asyncio.Event) -> None:
        """Look, and start what is due, until `stop`; a job that runs then is told to end."""
        while not stop.is_set():
            try:
                self.look()
                job = self.next_job(time.time())
                if job is not None and not self.running:
                    await self._do(job, stop)
            except LimnerError as why:
                self.say(f"error: {why.message}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        self._library.close()

    def look(self) -> None:
        """See how things stand. Raises LibraryError."""
        self.running = self._library.is_held()
        self.rows = standing(self._library, self.settings, self._tried[SYNC])
        self.tables = tables_standing(self._library, self.settings, self._tried[PUBLISH])

    def next_job(self, now: float) -> Job | None:
        """Give the job that is to be done now, if any is due and has rested."""
        jobs = due(self.rows, self.tables, now)
        return next((job for job in jobs if now >= self._rests.get(job.name, (0.0, 0.0))[0]), None)

    async def _do(self, job: Job, stop: asyncio.Event) -> None:
        before = {name: last.began for name, last in self._results(job).items()}
        self._tried[job.noun] |= dict.fromkeys(job.whom, time.time())
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", START, job.noun, *job.words, "--config", str(self.file)),
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
            self._rest(job)

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

    def _rest(self, job: Job) -> None:
        """Let a job that could not begin rest, longer each time."""
        for name in job.whom:
            del self._tried[job.noun][name]
        _, rested = self._rests.get(job.name, (0.0, 0.0))
        rest = min(2 * rested or REST_SECONDS, LONGEST_REST)
        self._rests[job.name] = (time.time() + rest, rest)
