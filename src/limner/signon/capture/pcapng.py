"""pcapng, the format of Wireshark: blocks, some of them packets. After the IETF draft draft-ietf-opsawg-pcapng.

A file may hold several sections, each in its own byte order and with its own interfaces; an interface has its own link
type, clock resolution and snap length. Blocks that are not known are skipped, as the format wants it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO, Final, NamedTuple

from limner.signon.capture.frames import MOST_FRAME, PIECE, About, Frame, Frames
from limner.signon.errors import SignonError

MAGIC: Final = b"\x0a\x0d\x0d\x0a"
_ORDER: Final = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_INTERFACE, _OLD_PACKET, _SIMPLE, _STATISTICS, _PACKET, _SECRETS = 1, 2, 3, 5, 6, 10
_SECTION: Final = 0x0A0D0D0A
MOST_BLOCK: Final = 1 << 24  # bytes; Wireshark's own limit
MOST_INTERFACES: Final = 1000


class _Interface(NamedTuple):
    link: int
    snap: int
    multiply: int  # a tick is multiply / divide nanoseconds
    divide: int
    offset: int  # nanoseconds


@dataclass(slots=True)
class _Order:
    """The structures of a section, in its byte order."""

    head: Struct
    packet: Struct
    word: Struct

    @classmethod
    def of(cls, order: str) -> _Order:
        return cls(Struct(order + "II"), Struct(order + "IIIII"), Struct(order + "I"))


class _DamagedError(Exception):
    """The blocks make no sense from here on."""


def read_pcapng(file: BinaryIO, about: About) -> Frames:
    """Yield the frames of a file that stands at its begin. Raises SignonError if that is no section."""
    reader = _Reader(about)
    rest = file.read(12)
    if rest[:4] != MAGIC or rest[8:12] not in _ORDER:
        raise SignonError(f"{about.file} begins like pcapng, but what follows is not a section")
    try:
        while True:
            piece = file.read(PIECE)
            buffer = rest + piece
            at = yield from reader.blocks(buffer)
            rest = buffer[at:]
            if not piece:
                break
    except _DamagedError as why:
        about.notes.append(f"damaged after packet {reader.number}: {why}; read up to there")
        return
    if rest:
        about.notes.append(f"the file ends within a block, after packet {reader.number}")


class _Reader:
    """Goes through blocks; knows the interfaces of the section that it is in."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._interfaces: list[_Interface] = []
        self._order = _Order.of("<")
        self._text = "<"
        self._last = 0  # the time of a simple packet, which has none, is that of the packet before
        self.number = 0

    def blocks(self, buffer: bytes) -> Generator[Frame, None, int]:
        """Yield the frames of all blocks that are whole; return where the first one begins that is not."""
        at, end = 0, len(buffer)
        while end - at >= 12:
            if buffer[at : at + 4] == MAGIC:
                self._begin(buffer[at + 8 : at + 12])
            kind, length = self._order.head.unpack_from(buffer, at)
            if not 12 <= length <= MOST_BLOCK or length % 4:
                raise _DamagedError(f"a block claims {length} bytes")
            if at + length > end:
                break
            body, after = at + 8, at + length - 4
            if kind == _PACKET:
                if after - body < 20:
                    raise _DamagedError("a packet has no room for its own header")
                which, high, low, captured, original = self._order.packet.unpack_from(buffer, body)
                yield self._frame(which, high << 32 | low, buffer, body + 20, after, captured, original)
            elif kind == _INTERFACE:
                self._add(buffer[body:after])
            elif kind in (_SIMPLE, _OLD_PACKET):
                yield self._rare(kind, buffer, body, after)
            else:
                self._learn(kind, buffer[body : min(after, body + 4096)])
            at += length
        return at

    def _begin(self, order: bytes) -> None:
        if order not in _ORDER:
            raise _DamagedError("a section has no byte order")
        self._text = _ORDER[order]
        self._order = _Order.of(self._text)
        self._interfaces = []

    def _frame(
        self, which: int, ticks: int, buffer: bytes, begin: int, after: int, captured: int, original: int
    ) -> Frame:
        if which >= len(self._interfaces):
            raise _DamagedError(f"a packet is of interface {which}, which is not described")
        if captured > min(MOST_FRAME, after - begin):
            raise _DamagedError(f"a packet claims {captured} bytes")
        interface = self._interfaces[which]
        self.number += 1
        self._last = ticks * interface.multiply // interface.divide + interface.offset
        return self._last, interface.link, buffer, begin, begin + captured, original

    def _rare(self, kind: int, buffer: bytes, body: int, after: int) -> Frame:
        """Read a packet without a time, or one in the form that older programs wrote."""
        if kind == _OLD_PACKET and after - body >= 20:
            which, _, high, low, captured, original = Struct(self._text + "HHIIII").unpack_from(buffer, body)
            return self._frame(which, high << 32 | low, buffer, body + 20, after, captured, original)
        if kind == _SIMPLE and after - body >= 4 and self._interfaces:
            (original,) = self._order.word.unpack_from(buffer, body)
            interface = self._interfaces[0]
            captured = min(original, after - body - 4, interface.snap or MOST_FRAME, MOST_FRAME)
            self.number += 1
            return self._last, interface.link, buffer, body + 4, body + 4 + captured, original
        raise _DamagedError("a packet has no room for its own header")

    def _add(self, body: bytes) -> None:
        if len(body) < 8 or len(self._interfaces) >= MOST_INTERFACES:
            raise _DamagedError("an interface cannot be read")
        link, _, snap = Struct(self._text + "HHI").unpack_from(body)
        multiply, divide, offset, name = 1000, 1, 0, ""
        for code, value in self._options(body[8:]):
            if code == 9 and value:
                multiply, divide = _resolution(value[0])
            elif code == 14 and len(value) == 8:
                (seconds,) = Struct(self._text + "q").unpack(value)
                offset = seconds * 1_000_000_000
            elif code == 2:
                name = value[:80].decode("utf-8", "replace")
        self._interfaces.append(_Interface(link, snap, multiply, divide, offset))
        self._about.saw_snap(snap)
        if len(self._about.interfaces) < MOST_INTERFACES:
            self._about.interfaces.append(name or f"link type {link}")

    def _learn(self, kind: int, body: bytes) -> None:
        """Take what is of use from a block that is no packet."""
        if kind == _SECRETS:
            self._about.holds_keys = True
        elif kind == _STATISTICS:
            for code, value in self._options(body[12:]):
                if code == 5 and len(value) == 8:  # what the interface, or the kernel, had to let go
                    (lost,) = Struct(self._text + "Q").unpack(value)
                    self._about.dropped = (self._about.dropped or 0) + lost

    def _options(self, raw: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        unpack = Struct(self._text + "HH").unpack_from
        while at + 4 <= len(raw):
            code, length = unpack(raw, at)
            if code == 0:
                return
            yield code, raw[at + 4 : at + 4 + length]
            at += 4 + length + -length % 4


def _resolution(value: int) -> tuple[int, int]:
    """Give how many nanoseconds a tick is, as a fraction: 10^-n seconds, or 2^-n where the highest bit is set."""
    if value & 0x80:
        return 1_000_000_000, 1 << (value & 0x7F)
    return (10 ** (9 - value), 1) if value <= 9 else (1, 10 ** (min(value, 40) - 9))
