"""A worker process, started by the supervisor.

`python -m limner.web.worker FILE KEPT-FD INDEX GAUGES-FD ERRANDS-FD REPLICA-FD LISTEN-FD...`, where ERRANDS-FD leads to
who fetches photos that are asked for (see `limner.web.origins`), "-" if nobody does, and REPLICA-FD to who follows the
shared library (see `limner.web.replica`), "-" if there is none.

Its settings are those that the supervisor found to be sound last (see `limner.web.kept`), not what the file says now.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path

import uvloop

from limner.errors import LimnerError
from limner.library import open_library
from limner.settings.durations import seconds
from limner.web import app, listen
from limner.web.connection import Connection
from limner.web.door import Door
from limner.web.gauges import COLUMNS, Gauges
from limner.web.kept import Kept
from limner.web.origins.errand import Errands
from limner.web.replica.lacking import LackingErrands
from limner.web.replica.news import age
from limner.web.tls import Certificate
from limner.web.trail import Trail

NO_ERRANDS = "-"
GRACE = 1.0  # seconds that who has just come gets to ask, when the door closes
TICK = 0.1  # seconds; so long, at most, until a new photo shows
logger = logging.getLogger("limner")


class Worker:
    """One process of the door."""

    def __init__(
        self,
        kept: Kept,
        index: int,
        gauges: Gauges,
        errands: socket.socket | None = None,
        replica: socket.socket | None = None,
    ) -> None:
        self.kept = kept
        self.settings = kept.settings()
        self.library = open_library(self.settings.local, create=True, readonly=True)
        self.trail = Trail(self.settings, self.library)
        self.row = gauges.row(index)
        self.door = Door(self.settings, self.library, app.make(self.library), self.row, self.trail)
        if errands is not None:
            self.door.errands.append(Errands(self.settings, self.library, errands))
        if replica is not None:
            self.door.errands.append(LackingErrands(self.settings, self.library, replica))
        self.gauges = gauges
        self.follows = replica is not None
        self.vouch_for = seconds(self.settings.replica.vouch_for)
        self._generation = gauges.replica("generation")
        self.certificate = Certificate(self.settings.serve.tls) if self.settings.serve.tls else None
        self.servers: list[asyncio.Server] = []
        self.stop = asyncio.Event()
        self._ticks = 0
        self._parent = os.getppid()

    async def run(self, sockets: list[socket.socket]) -> None:
        """Serve until SIGTERM, then end open requests and leave."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        context = self.certificate.context if self.certificate else None
        handshake = self.settings.serve.head_seconds if context else None
        self._tick()
        for sock in sockets:
            make = partial(Connection, self.door)
            self.servers.append(await listen.serve(make, sock, ssl=context, ssl_handshake_timeout=handshake))
        await self.stop.wait()
        await self._leave()

    def _tick(self) -> None:
        if self.follows:
            self._vouch()
        self.door.tick(time.time())
        self._ticks += 1
        if self._ticks % 10 == 1:  # the first time at once: keys that are fetched are on their way then
            self.door.sweep()
            if os.getppid() != self._parent:
                self.stop.set()  # the supervisor was killed; nobody else would end this process
        if self._ticks % 50 == 1:
            self._look_around()
        asyncio.get_running_loop().call_later(TICK, self._tick)

    def _vouch(self) -> None:
        """Show faces only while the shared library was heard of not too long ago."""
        self.door.lane.close_eyes(blind=age(self.gauges.replica("news")) > self.vouch_for)
        if self.gauges.replica("generation") != self._generation:
            self.stop.set()  # the replica was thrown away: the supervisor starts a worker that opens the new one

    def _look_around(self) -> None:
        try:
            count = self.library.count()
            self.row[COLUMNS.index("people")] = count.people
            self.row[COLUMNS.index("with_photo")] = count.with_photo
            if self.certificate is not None and self.certificate.refresh():
                logger.warning("the certificate was read again")
        except LimnerError as why:
            logger.error("%s", why.message)  # noqa: TRY400  (no traceback: the message says it)

    def reload(self) -> None:
        """Take new settings; what cannot be done changes nothing."""
        old = self.trail
        try:
            if self.certificate is not None:
                self.certificate.refresh()
            fresh = self.kept.settings()
            if fresh.log != self.settings.log:
                self.trail = Trail(fresh, self.library)
            self.door.reload(fresh, self.trail)
        except LimnerError as why:
            logger.error("not reloaded: %s", why.message)  # noqa: TRY400
            return
        self.settings = fresh
        if self.follows:
            self._vouch()
        if old is not self.trail:
            old.close()

    async def _leave(self) -> None:
        self.door.closing = True
        all_gone = asyncio.gather(*(server.wait_closed() for server in self.servers))
        await asyncio.sleep(0)  # they have to wait before the servers close
        for server in self.servers:
            server.close()
        now = time.monotonic()
        end = now + self.settings.serve.stop_seconds
        grace = min(end, now + GRACE)
        # a connection of which we know nothing yet may be in its TLS handshake
        while (self.door.connections and now < end) or (not all_gone.done() and now < grace):
            for connection in list(self.door.connections):
                connection.known = None
                if not connection.busy and not (connection.fresh and now < grace):
                    connection.end()
            await asyncio.sleep(0.02)
            now = time.monotonic()
        all_gone.cancel()
        for connection in list(self.door.connections):
            connection.transport.abort()
        self.trail.close()


def main() -> None:
    """Run a worker; errors go to standard error, and the supervisor sees the exit status."""
    logging.basicConfig(format="limner: %(levelname)s: %(message)s", level=logging.WARNING)
    logging.addLevelName(logging.ERROR, "error")
    logging.addLevelName(logging.WARNING, "warning")
    file, kept, index, gauges, errands, replica, *listening = sys.argv[1:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection is an open file
    sockets = [socket.socket(fileno=int(fd)) for fd in listening]
    ways = [None if way == NO_ERRANDS else socket.socket(fileno=int(way)) for way in (errands, replica)]

    async def run() -> None:
        await Worker(Kept(Path(file), int(kept)), int(index), Gauges(int(gauges)), *ways).run(sockets)

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run())
    except LimnerError as why:
        print(f"limner: error: {why.message}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
