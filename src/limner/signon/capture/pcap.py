"""pcap, the format of tcpdump: a header, then packets. After the IETF draft draft-ietf-opsawg-pcap."""

from __future__ import annotations

from struct import Struct
from typing import BinaryIO, Final

from limner.signon.capture.frames import MOST_FRAME, PIECE, About, Frames
from limner.signon.errors import SignonError

MAGIC: Final = {  # the first four bytes: byte order, nanoseconds in a tick
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
}
_HEADER: Final = 24


def read_pcap(file: BinaryIO, about: About) -> Frames:
    """Yield the frames of a file that stands at its begin. Raises SignonError for a header that is not whole."""
    head = file.read(_HEADER)
    if len(head) < _HEADER:
        raise SignonError(f"{about.file} ends within its header: nothing was captured")
    order, tick = MAGIC[head[:4]]
    _, _, _, snap, link = Struct(order + "HHqII").unpack_from(head, 4)
    about.saw_snap(snap)
    link &= 0xFFFF  # above it stands the length of a frame check sequence
    about.interfaces.append(f"link type {link}")
    unpack = Struct(order + "IIII").unpack_from
    rest = b""
    number = 0
    while piece := file.read(PIECE):
        buffer = rest + piece if rest else piece
        at, end = 0, len(buffer)
        while end - at >= 16:
            seconds, ticks, length, original = unpack(buffer, at)
            if length > MOST_FRAME:
                about.notes.append(f"damaged after packet {number}: the next claims {length} bytes; read up to there")
                return
            begin = at + 16
            if begin + length > end:
                break
            number += 1
            at = begin + length
            yield seconds * 1_000_000_000 + ticks * tick, link, buffer, begin, at, original
        rest = buffer[at:]
    if rest:
        about.notes.append(f"the file ends within packet {number + 1}, which is left out")
