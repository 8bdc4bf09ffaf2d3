"""Records of SSL and TLS as they come in: read one by one, bounded in size and time."""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

MOST_RECORD = (1 << 14) + 2048  # RFC 5246, section 6.2.3
MOST_BYTES = 512 * 1024  # of one answer; the largest chains have some 10 KB
CHANGE, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23


class End(Enum):
    """Why no more comes."""

    CLOSED = "it closed the connection"
    RESET = "it reset the connection"
    SILENT = "it did not answer in time"
    FOREIGN = "it answered something that is no TLS"
    ENDLESS = "its answer did not end"


class NoMoreError(Exception):
    """No more comes; `first` is what a peer sent that is no TLS."""

    def __init__(self, end: End, first: bytes = b"") -> None:
        super().__init__(end.value)
        self.end = end
        self.first = first


@dataclass(frozen=True)
class Record:
    """A record: its header of five bytes, and its content."""

    header: bytes
    content: bytes

    @property
    def kind(self) -> int:
        return self.header[0]


class Wire:
    """One connection. `seconds` is how long it may take to be made, and again until the answer is there."""

    def __init__(self, address: tuple[str, int], seconds: float) -> None:
        """Connect. Raises OSError."""
        self._socket = socket.create_connection(address, timeout=seconds)
        self._until = time.monotonic() + seconds
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it."""
        self._socket.close()

    def send(self, raw: bytes) -> None:
        """Send; a peer that closed already is noticed when its answer is read."""
        with contextlib.suppress(OSError):
            self._socket.sendall(raw)

    def record(self) -> Record:
        """Read the next record. Raises NoMoreError."""
        header = self._take(5, whole=False)
        if header[0] not in (CHANGE, ALERT, HANDSHAKE, DATA) or header[1:2] != b"\x03":
            raise NoMoreError(End.FOREIGN, header + self._there())
        header += self._take(5 - len(header)) if len(header) < 5 else b""
        size = int.from_bytes(header[3:])
        if not 0 < size <= MOST_RECORD:
            raise NoMoreError(End.FOREIGN, header)
        return Record(header, self._take(size))

    def _there(self) -> bytes:
        """Give the beginning of what has come already."""
        with contextlib.suppress(OSError):
            return self._socket.recv(64, socket.MSG_DONTWAIT)
        return b""

    def _take(self, size: int, *, whole: bool = True) -> bytes:
        raw = b""
        while len(raw) < size:
            left = self._until - time.monotonic()
            if left <= 0:
                raise self._ended(End.SILENT, raw, whole=whole)
            try:
                self._socket.settimeout(left)
                more = self._socket.recv(size - len(raw))
            except TimeoutError:
                raise self._ended(End.SILENT, raw, whole=whole) from None
            except OSError:
                raise NoMoreError(End.RESET) from None
            if not more:
                raise self._ended(End.CLOSED, raw, whole=whole)
            raw += more
            self._read += len(more)
            if self._read > MOST_BYTES:
                raise NoMoreError(End.ENDLESS)
        return raw

    def _ended(self, end: End, raw: bytes, *, whole: bool) -> NoMoreError:
        """Tell the end of a peer that speaks TLS from a few bytes of something else."""
        foreign = raw and not whole and raw[0] not in (CHANGE, ALERT, HANDSHAKE, DATA)
        return NoMoreError(End.FOREIGN, raw) if foreign else NoMoreError(end)
