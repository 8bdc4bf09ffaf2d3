"""Syncs that the supervisor starts by itself: when they are due, one at a time, each a process of low priority.

A sync that runs elsewhere holds the library's lock, and is waited for. One that cannot even begin is tried again after
a while. Where several machines share a library, each of them looks; whoever gets the lock does what is due, and the
others hear that it is done. When that one dies, the lock goes with it, and another takes the job.
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
from limner.settings import Settings, SharedPlace
from limner.sync.results import Result
from limner.sync.standing import Row, standing
from limner.web.gauges import Gauges
from limner.web.replica.turn import Turn

LOOK_SECONDS = 1.0
HEAR_SECONDS = 10.0  # for which a result may be on its way from a shared library
REST_SECONDS = 30.0  # before another try, where a sync could not begin; twice as long after each failure
LONGEST_REST = 900.0
ELSEWHERE_SECONDS = 5.0  # where another machine did it, or is about to
START = "import os; os.nice(10); from limner.cli import main; main()"


class Timetable:
    """The sources of a door, and their syncs."""

    def __init__(self, file: Path, settings: Settings, gauges: Gauges, say: Callable[[str], None]) -> None:
        self.file = file
        self.settings = settings
        self.say = say
        self.rows: list[Row] = []
        self.running = False
        self._tried: dict[str, float] = {}
        self._rest = 0.0
        self._rest_until = 0.0
        self._library = open_library(settings.local, create=True, readonly=True)
        self.turn = Turn(settings, self._library, gauges)

    async def run(self, stop: asyncio.Event) -> None:
        """Look, and start what is due, until `stop`; a sync that runs then is told to end."""
        while not stop.is_set():
            try:
                self.look()
                due = self.due(self.turn.now())
                if due and not self.running and self.turn.may_start() and time.time() >= self._rest_until:
                    await self._sync(due, stop)
            except LimnerError as why:
                self.say(f"error: {why.message}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        self._library.close()

    def look(self) -> None:
        """See how things stand. Raises LibraryError."""
        self.running = self.turn.is_taken()
        self.rows = standing(self._library, self.settings, self._tried, now=self.turn.now())

    def due(self, now: float) -> list[str]:
        """Give the sources whose time has come."""
        return [row.result.source for row in self.rows if row.next_run is not None and row.next_run <= now]

    async def _sync(self, sources: list[str], stop: asyncio.Event) -> None:
        before = {row.result.source: row.result.began for row in self.rows}
        self._tried |= dict.fromkeys(sources, self.turn.now())
        options = [word for source in sources for word in ("--source", source)]
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", START, "sync", "--due", "--config", str(self.file), *options),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,  # what it says on standard error goes where ours goes
            process_group=0,
        )
        self.running = True
        stopped = asyncio.create_task(stop.wait())
        ended = asyncio.create_task(child.wait())
        await asyncio.wait({stopped, ended}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        status = await ended
        if stop.is_set():
            return
        begun = await self._begun(before, patient=status in (0, 1))
        for last in begun:
            self._tell(last)
        if begun:
            self._rest = 0
        else:
            for source in sources:
                del self._tried[source]
            self._rest = 0 if status == 0 else min(2 * self._rest or REST_SECONDS, LONGEST_REST)
            self._rest_until = time.time() + (self._rest or ELSEWHERE_SECONDS)

    async def _begun(self, before: dict[str, float], *, patient: bool) -> list[Result]:
        """Give the results of a sync that ended; a replica of a shared library may need a while to hear of them."""
        end = time.monotonic() + (HEAR_SECONDS if patient and isinstance(self.settings.place, SharedPlace) else 0)
        while True:
            self.look()
            begun = [row.result for row in self.rows if row.result.began > before.get(row.result.source, 0)]
            if begun or time.monotonic() >= end:
                return begun
            await asyncio.sleep(0.1)

    def _tell(self, last: Result) -> None:
        """Say what a sync changed; one that changed nothing is only in the metrics, one that failed has said so."""
        counts = [f"{last.counts.get(word, 0)} {word}" for word in ("added", "changed", "removed", "refused")]
        if not last.failed and any(not count.startswith("0 ") for count in counts[:3]):
            self.say(f"synced {last.source}: {', '.join(counts)}")
