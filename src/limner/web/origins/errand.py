"""A worker's way to the fetcher: a pair of sockets, a message for each face that is asked for.

A message is a number (8 bytes) and an index key; the answer is the number and one byte, 1 if there is a photo now.
"""

from __future__ import annotations

import asyncio
import socket

from limner.library import Library
from limner.settings import Settings, SharedPlace
from limner.web.forms.ask import Ask
from limner.web.origins import on_ask

NUMBER = 8  # bytes
MESSAGE = 2048  # bytes; an index key is at most 481
WAITING = 2000  # errands under way at once, at most; whoever comes then gets no photo yet


class Errands:
    """What a worker has asked the fetcher for, and waits for."""

    def __init__(self, settings: Settings, library: Library, sock: socket.socket) -> None:
        self.library = library
        self.sock = sock
        self._waiting: dict[bytes, asyncio.Future[bool]] = {}
        self._number = 0
        self._reading = False
        self.reload(settings)

    def reload(self, settings: Settings) -> None:
        """Take new settings."""
        self._replica = isinstance(settings.place, SharedPlace)
        self._seconds = {source.label: source.wait_seconds for source in on_ask(settings)}

    def concerns(self, ask: Ask) -> tuple[bytes, float] | None:
        """Tell whether somebody's photo, which is not in the library, may be at an origin.

        Gives the index key to send for, and the seconds to wait. Raises LibraryError.
        """
        if not self._seconds or ask.forced:
            return None
        for key in ask.keys:
            record = self.library.find(key)
            if record is not None and record.digest is None:
                seconds = [self._seconds[part.source] for part in record.parts if part.source in self._seconds]
                if seconds:
                    return key, max(seconds)
        return None

    async def send(self, key: bytes, seconds: float) -> bool:
        """Have somebody's photo fetched; True: it is in the library now. Takes `seconds` at most, and never fails."""
        loop = asyncio.get_running_loop()
        if not self._reading:
            self._reading = True
            self.sock.setblocking(False)
            loop.add_reader(self.sock.fileno(), self._read)
        self._number += 1
        number = self._number.to_bytes(NUMBER)
        if len(self._waiting) >= WAITING:
            return False
        future = self._waiting[number] = loop.create_future()
        try:
            self.sock.send(number + key)
            end = loop.time() + seconds
            came: bool = await asyncio.wait_for(future, seconds)
            # it is in the shared library, and on its way here; nobody tells this process when it comes
            while came and self._replica and not self._is_here(key) and loop.time() < end:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            return came
        except (OSError, TimeoutError):  # the fetcher has more than it can do, is slow, or is being started again
            return False
        finally:
            self._waiting.pop(number, None)

    def _is_here(self, key: bytes) -> bool:
        record = self.library.find(key)
        return record is None or (record.digest is not None and bool(self.library.sizes(record.digest)))

    def _read(self) -> None:
        """Take the answers that have come."""
        while True:
            try:
                answer = self.sock.recv(MESSAGE)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                answer = b""
            if not answer:  # the supervisor is gone, and this worker will be soon
                asyncio.get_running_loop().remove_reader(self.sock.fileno())
                return
            future = self._waiting.get(answer[:NUMBER])
            if future is not None and not future.done():
                future.set_result(answer[NUMBER:] == b"\1")
