"""One side of a TCP conversation: its segments put in order, whatever the order they were captured in.

Retransmitted and overlapping bytes are taken once, the first time. Bytes that never come are passed over as a gap when
too much has come after them, and at the end.
"""

from __future__ import annotations

from bisect import insort
from typing import Final

from limner.signon.capture.tape import Stamp, Tape

MOST_WAITING: Final = 256  # segments that wait for an earlier one
MOST_BYTES: Final = 1 << 18  # and their bytes
_HALF: Final = 1 << 31
_ALL: Final = (1 << 32) - 1


class Side:
    """What one end sent. Counts are of payload bytes, each once."""

    __slots__ = (
        "_base",
        "_next", "_tape", "_waiting", "began", "bytes", "fin", "first", "ident", "last", "missing", "packets",
        "retransmitted", "rst", "syn", "syns", "ttl", "waiting_bytes", "window",
    )  # fmt: skip

    def __init__(self) -> None:
        self._next: int | None = None  # the sequence number that comes next
        self._base: int | None = None  # the first one
        self._tape: Tape | None = None
        self._waiting: list[tuple[int, Stamp, bytes, int]] = []  # distance from where _next stood at 0, ...
        self.waiting_bytes = 0
        self.began: int | None = None  # the sequence number of its SYN
        self.packets = 0
        self.bytes = 0
        self.missing = 0
        self.retransmitted = 0
        self.syns = 0  # how often it asked for, or granted, the connection
        self.syn: Stamp | None = None  # the first of these
        self.first: Stamp | None = None  # the first packet with payload
        self.last: Stamp | None = None  # the last
        self.fin: Stamp | None = None
        self.rst: Stamp | None = None
        self.ttl: int | None = None  # of its first packet
        self.ident = 0
        self.window = 0

    def listen(self, tape: Tape) -> None:
        """Have what comes from now on read by a script."""
        self._tape = tape

    @property
    def held(self) -> int:
        """How many bytes are kept in memory."""
        return self.waiting_bytes + (self._tape.held if self._tape else 0)

    def give_up(self) -> None:
        """Let all go that is kept, and read no more."""
        self._waiting.clear()
        self.waiting_bytes = 0
        self._tape = None

    def begin(self, seq: int) -> None:
        """Take the number of a SYN, which may come after what follows it."""
        self.began = seq
        if self._next is None:
            self._next = self._base = (seq + 1) & _ALL

    def follows(self, seq: int) -> bool:
        """Whether what it sent can follow a SYN of this number."""
        return self._base in (None, (seq + 1) & _ALL)

    def take(self, seq: int, data: bytes, length: int, stamp: Stamp) -> bool:
        """Add a segment of `length` bytes, of which `data` were captured; say whether it brought anything new."""
        if self._next is None:
            self._next = self._base = seq
        ahead = (seq - self._next) & _ALL
        if ahead >= _HALF:
            old = (1 << 32) - ahead
            if old >= length:
                if not (length <= 1 and old == 1):  # else it only asks whether the other one is still there
                    self.retransmitted += 1
                return False
            data, length, ahead = data[old:], length - old, 0
        self.packets += 1
        if self.first is None:
            self.first = stamp
        if ahead == 0:
            self.last = stamp
            self._deliver(data, length, stamp)
            if self._waiting:
                self._drain()
            return True
        self._wait(seq, data, length, stamp)
        return True

    def end(self) -> None:
        """Say that no more will come: what is missing is passed over, and what was kept is read and let go."""
        while self._waiting:
            assert self._next is not None
            self._pass_over((self._waiting[0][0] - self._next) & _ALL, self._waiting[0][1])
            self._drain()
        if self._tape is not None:
            self._tape.end()
            self._tape = None

    def _wait(self, seq: int, data: bytes, length: int, stamp: Stamp) -> None:
        assert self._next is not None
        base = self._next
        insort(self._waiting, (seq, stamp, data, length), key=lambda each: (each[0] - base) & _ALL)
        self.waiting_bytes += len(data)
        if len(self._waiting) > MOST_WAITING or self.waiting_bytes > MOST_BYTES:
            self._pass_over((self._waiting[0][0] - base) & _ALL, self._waiting[0][1])
            self._drain()

    def _drain(self) -> None:
        """Deliver what waited and now follows."""
        while self._waiting:
            seq, stamp, data, length = self._waiting[0]
            assert self._next is not None
            ahead = (seq - self._next) & _ALL
            if 0 < ahead < _HALF:
                return
            del self._waiting[0]
            self.waiting_bytes -= len(data)
            old = -ahead & _ALL
            if old < length:
                self.last = stamp if self.last is None or stamp > self.last else self.last
                self._deliver(data[old:], length - old, stamp)
            else:
                self.retransmitted += 1

    def _deliver(self, data: bytes, length: int, stamp: Stamp) -> None:
        assert self._next is not None
        self._next = (self._next + length) & _ALL
        self.bytes += length
        if self._tape is None or self._tape.done:
            return
        if data:
            self._tape.feed(data, stamp)
        if len(data) < length:  # the snap length cut the rest off
            self._tape.gap(length - len(data), stamp)

    def _pass_over(self, count: int, stamp: Stamp) -> None:
        assert self._next is not None
        self.missing += count
        self._next = (self._next + count) & _ALL
        if self._tape is not None and not self._tape.done:
            self._tape.gap(count, stamp)
