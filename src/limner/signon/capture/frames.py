"""What a capture file gives, whatever its format: frames, one after another, and what is to be known of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

# When (nanoseconds since 1970), link type, buffer, begin and end of the frame in it, length on the wire. A plain tuple:
# there are a million of them in a file, and each would cost more as an object than all that is read of most.
Frame = tuple[int, int, bytes, int, int, int]
Frames = Iterator[Frame]

MOST_FRAME: Final = 0x40000  # bytes: what libpcap and Wireshark take for a damaged file above
PIECE: Final = 1 << 20  # bytes read at once


@dataclass(slots=True)
class About:
    """What a reader learned of its file; full when the last frame was read.

    `notes` are for people: where the file is damaged, what it does not hold. `dropped` counts the packets that the
    capturing program says it lost, None where it does not say.
    """

    format: str
    file: str = "the file"  # as errors call it
    interfaces: list[str] = field(default_factory=list)
    snap: int | None = None  # bytes, the smallest of all interfaces; None: whole packets
    dropped: int | None = None
    holds_keys: bool = False  # TLS session keys: with them whoever has the file reads what was encrypted
    notes: list[str] = field(default_factory=list)

    def saw_snap(self, length: int) -> None:
        """Take note of an interface's limit; 0 stands for none."""
        if 0 < length < MOST_FRAME:
            self.snap = min(length, self.snap or length)
