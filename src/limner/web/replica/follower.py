"""The process that follows a shared library: `python -m limner.web.replica.follower FILE KEPT-FD GAUGES-FD FD...`.

It is started by the supervisor; each FD is a socket to one worker, which asks for pictures that have not come yet (see
`limner.web.origins.errand` for the messages). Two threads write to the replica: one applies what changes, one brings
pictures. Whatever fails is tried again; workers serve what there is meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from limner.errors import DamagedError, LibraryError, LimnerError
from limner.library.embedded.replica import open_sound, throw_away
from limner.library.shared.feed import Feed
from limner.settings import Settings, SharedPlace
from limner.web.gauges import LEVEL, Gauges
from limner.web.kept import Kept
from limner.web.origins.questions import Questions
from limner.web.replica import news
from limner.web.replica.agreement import Agreement
from limner.web.replica.bringer import Bringer

BEAT_SECONDS = 1.0  # without a word from the database, it is asked for one
KEEP_SECONDS = 2.0  # between two times that the last word is written down for the next start
STOP_SECONDS = 10.0  # in which a step that is under way must end
NICE = 10  # once it has all: where all processors are busy, faces come first, and what changes has a tenth of one
REST_SECONDS = (0.2, 0.5, 1.0, 2.0)  # before the database is tried again
logger = logging.getLogger("limner")


class Follower:
    """Follows a shared library, and writes what it says into the replica."""

    def __init__(self, settings: Settings, gauges: Gauges) -> None:
        """Open the replica. Raises LimnerError."""
        assert isinstance(settings.place, SharedPlace)
        self.place = settings.place
        self.folder = settings.local
        self.gauges = gauges
        self.stop = threading.Event()
        self.replica, thrown_away = open_sound(self.folder)
        self._kept = 0.0
        self._said = ""
        self._gives_way = False
        self.bringer = Bringer(settings, self.replica, gauges, self.stop)
        self.agreement = Agreement(settings, self.stop)
        news.tell(gauges, self.folder, thrown_away=thrown_away)
        self._tell(position=self.replica.position()[1], lacking=self.replica.count_lacking())

    def run(self) -> None:
        """Follow until told to stop. Raises DamagedError where the replica cannot be used any more."""
        feed = Feed(self.place)
        failures = 0
        try:
            while not self.stop.is_set():
                try:
                    self._follow(feed)
                    failures = 0
                    feed.wait(BEAT_SECONDS)
                except DamagedError:
                    raise
                except LimnerError as why:
                    self._say(why.message)
                    self.stop.wait(REST_SECONDS[min(failures, len(REST_SECONDS) - 1)])
                    failures += 1
        finally:
            feed.close()

    def _follow(self, feed: Feed) -> None:
        """Apply all that has changed. Raises LibraryError."""
        asked = time.time()  # what is said after this moment is no older than it
        whose, head = feed.head()
        identity, position = self.replica.position()
        if identity and (identity != whose or position > head):
            logger.warning("%s is not what the replica is a copy of: it is filled anew", feed.where)
            raise DamagedError(f"the replica in {self.folder} is of another library, or of a later state")
        if head != position:
            self.agreement.wake()
        self._tell(head=head, clock=LEVEL + round(feed.ahead * 1000), syncing=int(feed.syncing))
        while position < head and not self.stop.is_set():
            asked = time.time()
            step = feed.after(position)
            self.replica.apply(whose, step)
            position = step.position
            self._tell(position=position, lacking=self.replica.count_lacking())
            self.bringer.wake()
        if not self.stop.is_set():
            self._tell(news=int(asked), position=position, filled=1)
            if not self._gives_way and not self.replica.count_lacking():
                self._gives_way = True
                _give_way()
            if asked - self._kept > KEEP_SECONDS:
                self._kept = asked
                news.keep(self.folder, asked)
            self._say("")

    def _tell(self, **numbers: int) -> None:
        self.gauges.set_replica(**numbers)

    def _say(self, what: str) -> None:
        """Say what is wrong, once, and that it is well again."""
        if what and what != self._said:
            logger.warning("%s; photos are served as they were %s", what, _ago(self.gauges.replica("news")))
        elif self._said and not what:
            logger.warning("the library answers again; the replica is up to date")
        self._said = what


def _give_way() -> None:
    """Let those who serve go first from now on; until a new door has all, it fills as fast as it can."""
    nice = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    for thread in Path("/proc/self/task").iterdir():  # Linux keeps it for each thread; new ones have their maker's
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), nice)


def _ago(moment: int) -> str:
    seconds = news.age(moment)
    return "before anybody knows" if seconds == float("inf") else f"{max(0, round(seconds))} s ago"


class Office:
    """The process: the follower's two threads, and the sockets at which workers ask."""

    def __init__(self, follower: Follower, sockets: list[socket.socket]) -> None:
        self.follower = follower
        self.sockets = sockets
        self.damaged: DamagedError | None = None
        self._done = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def run(self) -> None:
        """Work until told to stop. Raises DamagedError when the replica was found to be damaged; it is thrown away."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop)
        self._loop.add_signal_handler(signal.SIGHUP, lambda: None)  # what it takes from the settings is for the start
        Questions(self._answer, self._stop).listen(self.sockets)
        jobs = (self.follower.run, self.follower.bringer.run, self.follower.agreement.run)
        threads = [threading.Thread(target=self._work, args=(job,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        await self._done.wait()
        for thread in threads:
            await asyncio.to_thread(thread.join, STOP_SECONDS)
        self.follower.replica.close()
        if self.damaged is not None:
            throw_away(self.follower.folder)
            news.tell(self.follower.gauges, self.follower.folder, thrown_away=True)
            raise self.damaged

    def _work(self, job: Callable[[], None]) -> None:
        try:
            job()
        except DamagedError as why:
            self.damaged = why
        except LimnerError as why:  # the supervisor starts it again, after a rest
            logger.error("%s", why.message)  # noqa: TRY400
        finally:
            self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        self.follower.stop.set()
        self.follower.bringer.wake()
        self.follower.agreement.wake()
        self._done.set()

    async def _answer(self, key: bytes) -> bool:
        return await asyncio.wrap_future(self.follower.bringer.ask(key))


async def _serve(kept: Kept, gauges: Gauges, sockets: list[socket.socket]) -> None:
    await Office(Follower(kept.settings(), gauges), sockets).run()


def main() -> None:
    """Follow until told to stop; errors go to standard error, and the supervisor starts it again."""
    logging.basicConfig(format="limner: %(levelname)s: %(message)s", level=logging.WARNING)
    logging.addLevelName(logging.ERROR, "error")
    logging.addLevelName(logging.WARNING, "warning")
    file, kept, gauges, *ends = sys.argv[1:]
    sockets = [socket.socket(fileno=int(end)) for end in ends]
    try:
        asyncio.run(_serve(Kept(Path(file), int(kept)), Gauges(int(gauges)), sockets))
    except LibraryError as why:
        print(f"limner: error: {why.message}", file=sys.stderr)
        sys.exit(1)
    except LimnerError as why:
        print(f"limner: error: {why.message}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
