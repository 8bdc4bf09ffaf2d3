"""The process that fetches photos when they are asked for: `python -m limner.web.origins.fetcher FILE KEPT-FD FD...`.

It is started by the supervisor; each FD is a socket to one worker. One question for a face is under way at a time, a
source's `parallel` at once, each source by itself: a slow origin keeps nobody waiting but those who ask for its faces,
and those for a bounded time.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from limner.errors import LimnerError, PictureError
from limner.fetch import FetchError
from limner.library import Record, open_library
from limner.settings import Settings
from limner.sources.url.ask import GIVE_UP, Got, OnAsk
from limner.web.kept import Kept
from limner.web.origins import on_ask
from limner.web.origins.questions import Questions
from limner.web.origins.store import Fetched, Store, since

REMEMBERED = 200_000  # faces that have no photo, at most; the oldest is forgotten first
QUEUE = 2000  # faces under way or waiting, at most
DOWN_SECONDS = 30.0  # an origin that fails again and again is left alone for so long
ROUND_SECONDS = (1.0, 600.0)  # between two looks for photos that are to be looked at again, least and most
logger = logging.getLogger("limner")
Face = tuple[str, str]  # source and origin
Done = TypeVar("Done")


class Desk:
    """One source: its origin, its threads, and how well it answers."""

    def __init__(self, origin: OnAsk) -> None:
        self.origin = origin
        self.threads = ThreadPoolExecutor(origin.settings.parallel, thread_name_prefix="origin")
        self.down_until = 0.0
        self.may_go = 0  # photos that the origin may have no more in this round, before it is taken for a mistake
        self._failures = 0

    def note(self, why: FetchError | None) -> None:
        """Note how an answer went; several failures in a row close the desk for a while."""
        self._failures = self._failures + 1 if why is not None and why.again else 0
        if self._failures >= GIVE_UP:
            self._failures = 0
            self.down_until = time.monotonic() + DOWN_SECONDS
            assert why is not None
            logger.warning(
                "source %r: its origin is left alone for %.0f s: %s", self.origin.label, DOWN_SECONDS, why.message
            )

    def close(self) -> None:
        self.origin.close()
        self.threads.shutdown(wait=False, cancel_futures=True)


class Fetcher:
    """Answers the workers' questions for faces, and looks at fetched photos again when it is time."""

    def __init__(self, settings: Settings, sockets: list[socket.socket]) -> None:
        self.library = open_library(settings.place, create=True)
        self.sockets = sockets
        self.stop = asyncio.Event()
        self._under_way: dict[Face, asyncio.Task[bool]] = {}
        self._missing: dict[Face, float] = {}
        self._own = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._take(settings)

    def _take(self, settings: Settings) -> None:
        self.store = Store(settings, self.library)
        self.max_removals = settings.sync.max_removals
        self.desks = {source.label: Desk(OnAsk(source, settings)) for source in on_ask(settings)}
        self.labels = frozenset(self.desks)

    def reload(self, settings: Settings) -> None:
        """Take new settings; what is under way ends as it began. Raises LimnerError, and nothing is changed then."""
        old, store = self.desks, self.store
        self._take(settings)
        self._missing.clear()
        self._own.submit(store.close)  # it may have a picture in hand
        for desk in old.values():
            desk.close()

    async def run(self) -> None:
        """Answer until told to stop."""
        loop = asyncio.get_running_loop()
        Questions(self._bring, self.stop.set).listen(self.sockets)
        looking = asyncio.create_task(self._look_again())
        await self.stop.wait()
        looking.cancel()
        for sock in self.sockets:
            loop.remove_reader(sock.fileno())
        for desk in self.desks.values():
            desk.close()

    # -- questions ----------------------------------------------------------------------------------------------------

    async def _bring(self, key: bytes) -> bool:
        """Have the photo of whoever goes by a name in the library; False: there is none, or not yet."""
        try:
            part = await self._in(self._own, lambda: self.store.wanted(key, self.labels))
        except LimnerError as why:
            logger.error("%s", why.message)  # noqa: TRY400  (no traceback: the message says it)
            return False
        if part is None:
            return True  # it has come meanwhile, or the library will say that there is nobody
        face = (part.source, part.origin)
        task = self._under_way.get(face)
        if task is None:
            if self._missing.get(face, 0) > time.monotonic() or len(self._under_way) >= QUEUE:
                return False
            task = self._under_way[face] = asyncio.ensure_future(self._fetch(part))
            task.add_done_callback(lambda _: self._under_way.pop(face, None))
        return await task

    async def _fetch(self, part: Record, known: Fetched | None = None) -> bool:
        """Ask the origin for somebody's photo, and store what it gives; True: there is a photo now."""
        desk = self.desks.get(part.source)
        if desk is None or desk.down_until > time.monotonic():
            return False
        try:
            return await self._in(desk.threads, lambda: self._fetch_now(desk, part, known))
        except (FetchError, PictureError) as why:
            desk.note(why if isinstance(why, FetchError) else None)
            logger.warning("source %r: %s: %s", part.source, part.person.label, why.message)
        except LimnerError as why:
            logger.error("%s", why.message)  # noqa: TRY400
        except RuntimeError:  # new settings were taken, and the old threads are gone
            return False
        except Exception as why:  # noqa: BLE001  (one face's surprise must not end the others)
            logger.error("source %r: %s: %s: %s", part.source, part.person.label, type(why).__name__, why)  # noqa: TRY400
        self._miss(part)
        return False

    def _fetch_now(self, desk: Desk, part: Record, known: Fetched | None) -> bool:
        """Do it, in a thread. Raises LimnerError."""
        addresses = desk.origin.addresses(part.origin, part.person, part.attributes)
        got = desk.origin.fetch(addresses, known.known if known else Got(), since(part) if known else "")
        desk.note(None)
        if got.unchanged:
            self.store.looked(part, got)
            return True
        if got.body is not None:
            return self.store.keep(part, got)
        if part.digest is None:
            self._miss(part)
            return False
        if desk.may_go <= 0:
            what = "source %r: the origin has no photo of many people any more; that of %s is kept"
            logger.error(what, part.source, part.person.label)
            self.store.looked(part, known.known if known else Got())
            return True
        desk.may_go -= 1
        self.store.take_away(part)
        self._miss(part)
        return False

    def _miss(self, part: Record) -> None:
        """Remember for a while that there is no photo of somebody."""
        desk = self.desks.get(part.source)
        if desk is not None:
            face = (part.source, part.origin)
            self._missing.pop(face, None)
            self._missing[face] = time.monotonic() + desk.origin.settings.missing_minutes * 60
            while len(self._missing) > REMEMBERED:
                self._missing.pop(next(iter(self._missing)))

    # -- looking again ------------------------------------------------------------------------------------------------

    async def _look_again(self) -> None:
        """Look again at photos whose time has come, one after the other; what an origin does not answer is kept."""
        while True:
            least, most = ROUND_SECONDS
            hours = [desk.origin.settings.again_hours for desk in self.desks.values()]
            await asyncio.sleep(min(max(min(hours, default=24.0) * 3600 / 10, least), most))
            for label in self.labels:
                try:
                    await self._look_at_all(label)
                except LimnerError as why:
                    logger.error("%s", why.message)  # noqa: TRY400

    async def _look_at_all(self, label: str) -> None:
        desk = self.desks.get(label)
        if desk is None:
            return
        before = time.time() - desk.origin.settings.again_hours * 3600
        everybody = list(self.store.fetched(label))
        due = [(origin, fetched) for origin, fetched in everybody if fetched.looked < before]
        desk.may_go = max(1, int(len(everybody) * self.max_removals))
        for origin, fetched in due:
            if self.desks.get(label) is not desk or desk.down_until > time.monotonic():
                return
            part = self.store.part(label, origin)
            if part is None or part.digest is None or part.digest.hex() != fetched.digest:
                self.store.forget(label, origin)
            else:
                await self._fetch(part, fetched)

    async def _in(self, threads: ThreadPoolExecutor, job: Callable[[], Done]) -> Done:
        return await asyncio.get_running_loop().run_in_executor(threads, job)


async def _serve(file: Path, kept: Kept, sockets: list[socket.socket]) -> None:
    fetcher = Fetcher(kept.settings(), sockets)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, fetcher.stop.set)

    def reload() -> None:
        try:
            fetcher.reload(kept.settings())
        except LimnerError as why:
            logger.error("not reloaded: %s", why.message)  # noqa: TRY400

    loop.add_signal_handler(signal.SIGHUP, reload)
    await fetcher.run()


def main() -> None:
    """Run the fetcher; errors go to standard error, and the supervisor sees the exit status."""
    logging.basicConfig(format="limner: %(levelname)s: %(message)s", level=logging.WARNING)
    logging.addLevelName(logging.ERROR, "error")
    logging.addLevelName(logging.WARNING, "warning")
    file, kept, *fds = sys.argv[1:]
    sockets = [socket.socket(fileno=int(fd)) for fd in fds]
    try:
        asyncio.run(_serve(Path(file), Kept(Path(file), int(kept)), sockets))
    except LimnerError as why:
        print(f"limner: error: {why.message}", file=sys.stderr)
        sys.exit(2)
    os._exit(0)  # threads that wait for an origin have nothing to end in order, and the one that draws ends with us


if __name__ == "__main__":
    main()
