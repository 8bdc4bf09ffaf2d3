"""`limner serve`: listens, starts the workers, starts them again when they die, and answers on the admin address."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from limner.errors import LimnerError, ServeError
from limner.library import open_library
from limner.library.embedded.replica import open_sound
from limner.policy import Policy
from limner.settings import Serve, Settings, SharedPlace
from limner.sources.url.ask import OnAsk
from limner.web import admin, gauges, kept, listen
from limner.web.admin_door import AdminDoor
from limner.web.connection import Connection
from limner.web.door import desk_of
from limner.web.origins import on_ask
from limner.web.replica import news
from limner.web.replica.standing import Standing
from limner.web.timetable import Timetable
from limner.web.tls import Certificate
from limner.web.worker import NO_ERRANDS

START_SECONDS = 30.0  # a worker is up within one; a cold disk may need more
REST_SECONDS = (0.1, 0.5, 2.0, 5.0, 15.0)  # before a worker that died is started again, longer each time
WELL_SECONDS = 30.0  # a worker that lived so long starts at the shortest rest again
FETCHER = "limner.web.origins.fetcher"
FOLLOWER = "limner.web.replica.follower"
logger = logging.getLogger("limner")


class Supervisor:
    """The parent of the workers."""

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        """Read the settings in `file`; `say` tells the user what is going on. Raises LimnerError."""
        self.file = file.absolute()
        raw, self.settings = kept.read(file)
        self.kept = kept.Kept(self.file)
        self.kept.write(raw)
        self.say = say
        self.stop = asyncio.Event()
        self.workers: dict[int, asyncio.subprocess.Process] = {}
        self.fd = gauges.make()
        self.gauges = gauges.Gauges(self.fd)
        self.sockets: list[socket.socket] = []
        self.admin_sockets: list[socket.socket] = []
        count = self.settings.serve.workers if on_ask(self.settings) else 0
        self.errands = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(count)]
        shared = isinstance(self.settings.place, SharedPlace)
        count = self.settings.serve.workers if shared else 0
        self.asked = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(count)]
        self.companions: dict[str, asyncio.subprocess.Process] = {}
        self.timetable: Timetable
        self.failed = False

    async def run(self) -> bool:
        """Serve until SIGTERM or SIGINT. Raises LimnerError when the door cannot be opened; False: a worker failed."""
        self._try_settings()
        serve = self.settings.serve
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        try:
            for address in serve.listen:
                self.sockets.append(listen.bind(address))
            self.timetable = Timetable(self.file, self.settings, self.say)
            admin_server = await self._open_admin(serve)
            keepers = [loop.create_task(self._keep(index)) for index in range(serve.workers)]
            if self.errands:
                ends = [theirs.fileno() for _, theirs in self.errands]
                keepers.append(loop.create_task(self._keep_companion(FETCHER, ends, "who fetches photos on ask")))
            if self.asked:
                ends = [self.fd, *(theirs.fileno() for _, theirs in self.asked)]
                keepers.append(loop.create_task(self._keep_companion(FOLLOWER, ends, "who follows the shared library")))
            try:
                await self._wait_until_up()
                syncs = loop.create_task(self.timetable.run(self.stop))
                await self.stop.wait()
                await syncs
            finally:
                await self._leave(keepers)
            if admin_server is not None:
                admin_server.close()
        finally:
            for sock in self.sockets + self.admin_sockets:
                listen.close(sock)
        return not self.failed

    async def _leave(self, keepers: list[asyncio.Task[None]]) -> None:
        """Let the workers end what they do, and end those that do not."""
        self.stop.set()
        everybody = [*self.workers.values(), *self.companions.values()]
        for worker in everybody:
            _tell(worker, signal.SIGTERM)
        await asyncio.wait(keepers, timeout=self.settings.serve.stop_seconds + 5)
        for worker in everybody:
            _tell(worker, signal.SIGKILL)
        await asyncio.gather(*keepers)

    def _try_settings(self) -> None:
        """Find what is wrong before anything is opened."""
        Policy(self.settings.policy, whole=self.settings)
        desk_of(self.settings)
        if self.asked:
            news.tell(self.gauges, self.settings.local, thrown_away=_make_sound(self.settings.local))
        else:
            open_library(self.settings.local, create=True, readonly=True).close()
        if self.settings.serve.tls:
            Certificate(self.settings.serve.tls)
        for source in on_ask(self.settings):
            OnAsk(source, self.settings).close()

    async def _wait_until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not all(self.gauges.values("beat")[: self.settings.serve.workers]):
            if self.stop.is_set():
                return
            if time.monotonic() > end:
                raise ServeError(f"no worker was ready within {START_SECONDS:.0f} s")
            await asyncio.sleep(0.01)
        scheme = "https" if self.settings.serve.tls else "http"
        for sock in self.sockets:
            where = listen.name(sock)
            self.say(f"serving on {where if where.startswith('unix:') else f'{scheme}://{where}/'}")
        for sock in self.admin_sockets:
            self.say(f"/healthz, /readyz and /metrics are on {listen.name(sock)}")

    async def _open_admin(self, serve: Serve) -> asyncio.Server | None:
        if not serve.admin:
            return None
        try:
            sock = listen.bind(serve.admin)
        except ServeError as why:
            if "admin" in serve.model_fields_set:
                raise
            self.say(f"warning: {why.message}; /healthz, /readyz and /metrics are not answered (serve.admin)")
            return None
        self.admin_sockets = [sock]
        door = AdminDoor(
            self.settings,
            admin.make(
                self.gauges,
                lambda: self.settings.serve.workers,
                self.timetable,
                Standing.of(self.settings, self.gauges),
            ),
        )
        loop = asyncio.get_running_loop()
        if sock.family == socket.AF_UNIX:
            server = await loop.create_unix_server(lambda: Connection(door), sock=sock)
        else:
            server = await loop.create_server(lambda: Connection(door), sock=sock)
        door.tick()
        return server

    async def _keep(self, index: int) -> None:
        """Keep one worker alive."""
        listening = [sock.fileno() for sock in self.sockets]
        errand = [self.errands[index][0].fileno()] if self.errands else []
        asked = [self.asked[index][0].fileno()] if self.asked else []
        descriptors = [self.fd, *errand, *asked, *listening]
        command = [sys.executable, "-m", "limner.web.worker", str(self.file), str(self.kept.fd), str(index)]
        deaths, ever = 0, False
        while not self.stop.is_set():
            born = time.monotonic()
            worker = await asyncio.create_subprocess_exec(
                *command,
                str(self.fd),
                str(errand[0]) if errand else NO_ERRANDS,
                str(asked[0]) if asked else NO_ERRANDS,
                *map(str, listening),
                pass_fds=(self.kept.fd, *descriptors),
                stdin=asyncio.subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for the supervisor, which tells the workers
            )
            self.workers[index] = worker
            status = await worker.wait()
            ever = ever or self.gauges.values("beat")[index] > 0
            self.gauges.row(index)[gauges.COLUMNS.index("beat")] = 0
            self.gauges.row(index)[gauges.COLUMNS.index("open")] = 0
            if self.stop.is_set():
                return
            if not ever:
                self.failed = True  # it cannot even start: what it said on standard error says why
                self.stop.set()
                return
            deaths = 0 if time.monotonic() - born > WELL_SECONDS else deaths + 1
            rest = REST_SECONDS[min(deaths, len(REST_SECONDS) - 1)]
            self.say(f"warning: a worker ended ({_ending(status)}); another starts in {rest} s")
            try:
                await asyncio.wait_for(self.stop.wait(), rest)
            except TimeoutError:
                continue

    async def _keep_companion(self, module: str, ends: list[int], who: str) -> None:
        """Keep alive a process that does something for all workers."""
        command = [sys.executable, "-m", module, str(self.file), str(self.kept.fd), *map(str, ends)]
        deaths = 0
        while not self.stop.is_set():
            born = time.monotonic()
            companion = self.companions[module] = await asyncio.create_subprocess_exec(
                *command, pass_fds=(self.kept.fd, *ends), stdin=asyncio.subprocess.DEVNULL, process_group=0
            )
            status = await companion.wait()
            if self.stop.is_set():
                return
            deaths = 0 if time.monotonic() - born > WELL_SECONDS else deaths + 1
            rest = REST_SECONDS[min(deaths, len(REST_SECONDS) - 1)]
            what = f"{who} ended ({_ending(status)})"
            self.say(f"warning: {what}; another starts in {rest} s, photos in the library are served meanwhile")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), rest)

    def reload(self) -> None:
        """Have the workers take new settings, if the file holds no mistake."""
        try:
            raw, fresh = kept.read(self.file)
            Policy(fresh.policy, whole=fresh)
            desk_of(fresh)
        except LimnerError as why:
            for line in why.message.splitlines():
                self.say(f"error: not reloaded: {line}")
            return
        fixed = ("listen", "workers", "admin", "tls")
        changed = [name for name in fixed if getattr(fresh.serve, name) != getattr(self.settings.serve, name)]
        if _where(fresh) != _where(self.settings):
            changed.append("library")
        if bool(on_ask(fresh)) != bool(self.errands):
            changed.append("fetch of a source")
        if changed:
            self.say(f"warning: a changed {', '.join(changed)} counts from the next start on")
        self.kept.write(raw)
        if _where(fresh) == _where(self.settings):
            self.timetable.settings = fresh
        beats = self.gauges.values("beat")
        for index, worker in self.workers.items():
            if beats[index]:  # one that has just been started takes the new settings anyway
                _tell(worker, signal.SIGHUP)
        for companion in self.companions.values():
            _tell(companion, signal.SIGHUP)
        self.say("reloaded")


def _make_sound(folder: Path) -> bool:
    """See that there is a replica that can be read. True: one was thrown away. Raises LibraryError."""
    replica, thrown_away = open_sound(folder)
    replica.close()
    return thrown_away


def _where(settings: Settings) -> tuple[object, ...]:
    """Give all that says where the library is, and the replica of a shared one."""
    return settings.place, settings.replica


def _tell(worker: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it may be gone already
        worker.send_signal(number)


def _ending(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def serve(file: Path, say: Callable[[str], None]) -> bool:
    """Serve until told to stop. Raises LimnerError; False: the door could not be opened, and a worker said why."""

    async def run() -> bool:
        return await Supervisor(file, say).run()

    return asyncio.run(run())
