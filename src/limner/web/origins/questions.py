"""The other end of a worker's errands: takes its questions, and answers each when it is known; see `errand`."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable

from limner.web.origins.errand import MESSAGE, NUMBER

AT_ONCE = 100  # questions of one worker that are taken before others have their turn
logger = logging.getLogger("limner")


class Questions:
    """Answers the workers at some sockets; `gone` is called when nobody is left who could ask."""

    def __init__(self, answer: Callable[[bytes], Awaitable[bool]], gone: Callable[[], None]) -> None:
        self._answer = answer
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._under_way: set[asyncio.Task[None]] = set()  # kept from being collected while they run

    def listen(self, sockets: Iterable[socket.socket]) -> None:
        """Take what comes from now on."""
        for sock in sockets:
            sock.setblocking(False)
            self._loop.add_reader(sock.fileno(), self._read, sock)

    def _read(self, sock: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                message = sock.recv(MESSAGE)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                message = b""
            if not message:  # the supervisor is gone
                self._loop.remove_reader(sock.fileno())
                self._gone()
                return
            task = asyncio.ensure_future(self._reply(sock, message))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _reply(self, sock: socket.socket, message: bytes) -> None:
        came = await self._answer(message[NUMBER:])
        try:
            sock.send(message[:NUMBER] + (b"\1" if came else b"\0"))
        except OSError:
            logger.debug("a worker does not take its answers")
