"""Reads a whole capture, once, from begin to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from limner.signon.capture.container import opened
from limner.signon.capture.flow import Flow
from limner.signon.capture.frames import About
from limner.signon.capture.link import READ
from limner.signon.capture.names import Names
from limner.signon.capture.packet import Datagram, Dissector, Segment
from limner.signon.capture.protocols import PORTS
from limner.signon.capture.table import Table
from limner.signon.errors import SignonError

_STEP: Final = 1 << 16  # packets between two reports of progress

Progress = Callable[[int], None]


@dataclass(slots=True)
class Reading:
    """What was read: the conversations, the names, and what is to be known of the file.

    Times are nanoseconds since 1970; both are 0 where there is no packet.
    """

    file: str
    about: About
    packets: int
    begin: int
    end: int
    flows: list[Flow]
    names: Names


def read(path: Path, ports: Mapping[int, str] | None = None, progress: Progress | None = None) -> Reading:
    """Read a capture; `ports` are those that differ from PORTS or are added, each with its protocol.

    `progress` is called with the number of packets from time to time. Raises SignonError, OSError.
    """
    known = PORTS | dict(ports or {})
    table, names, dissector = Table(known), Names(), Dissector(known)
    dissect, add = dissector.read, table.add
    number = begin = end = 0
    with opened(path) as (frames, about):
        for number, frame in enumerate(frames, 1):
            packet = dissect(number, *frame)
            when = frame[0]
            begin, end = min(begin or when, when), max(end, when)
            if packet is not None:
                if isinstance(packet, Segment):
                    add(packet)
                elif isinstance(packet, Datagram):
                    names.add(packet)
                else:
                    table.add_unreachable(packet)
            if progress is not None and not number % _STEP:
                progress(number)
    if number and sum(dissector.links.values()) == number:
        kinds = ", ".join(map(str, sorted(dissector.links)))
        raise SignonError(f"{path} is of link type {kinds}, which is not read here", hint=f"known are {_kinds()}")
    reading = Reading(str(path), about, number, begin, end, table.finish(), names)
    about.notes += _notes(dissector, table, names, about)
    return reading


def _notes(dissector: Dissector, table: Table, names: Names, about: About) -> list[str]:
    """Say what a reader should know of what was left out."""
    notes = []
    for link, count in sorted(dissector.links.items()):
        notes.append(f"{count} packets are of link type {link}, which is not read")
    if dissector.fragments:
        notes.append(f"{dissector.fragments} packets are fragments of TCP; they were not put together")
    if dissector.short:
        notes.append(f"{dissector.short} packets were cut within their headers: capture with a larger snap length")
    if about.snap:
        notes.append(f"packets were cut to {about.snap} bytes: what was said beyond is not known")
    if about.dropped:
        notes.append(f"the capturing program lost {about.dropped} packets")
    if about.holds_keys:
        notes.append("the file holds TLS session keys: whoever gets it can read what was encrypted; do not send it on")
    if table.left_out:
        notes.append(f"{table.left_out} conversations were counted and are not shown")
    if table.unfollowed:
        notes.append(f"{table.unfollowed} conversations were not read to their end, for want of memory")
    if names.left_out:
        notes.append(f"{names.left_out} DNS answers were not read")
    return notes


def _kinds() -> str:
    return f"Ethernet, Linux cooked, raw IP, loopback ({', '.join(map(str, sorted(READ)))})"
