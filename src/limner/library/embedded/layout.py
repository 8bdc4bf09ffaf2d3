"""How the embedded library lies in LMDB: tables, keys, values.

Tables (`N` a person's number, `P` a picture's, both 8 bytes big-endian):

    names       index key -> N P modified(4) rungs(2) flags(1): all that the photo lane needs, in one look-up
    people      N -> the record (JSON)
    order       display name, case-folded, then N -> nothing: people in the order in which they are shown
    origins     source 00 origin -> N version, or N ff hidden(1) P version for a part of a record, or a hidden one, with
                the picture that is kept for it; a long source or origin by its beginning and digest
    pictures    P -> SHA-256 of the original(32) recipe(2) rungs(2) entries of `origins` that have it(4)
    digests     SHA-256 of the original, recipe(2) -> P: equal photos are kept once
    renditions  P rung(2) -> entity
    meta        format, next N, next P, number of people, number of people with a photo; and, for each hidden name,
                "hide " and its index key -> flags(1) a number(8) that all names hidden with it share
    notes       name -> length of the name(4), name, text that a sync wrote down for the next; a long name as key
                by its beginning and digest
    lacking     N of those whose picture is still to come, in the replica of a shared library -> nothing; the entry of
                such a picture in `pictures` has no rungs

Flags: 0, or the place of whom somebody is shown to in `limner.library.record.AUDIENCES`.

The tables of LATER were not in the first libraries of this format: one that is opened for writing makes them, one that
is opened readonly takes them for empty.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

FORMAT = 1
MAP_SIZE = 1 << 40  # bytes of address space, not of disk; LMDB's file grows as it is filled
TABLES = ("names", "people", "order", "origins", "pictures", "digests", "renditions", "meta")
LATER = ("notes", "lacking")
NAME = struct.Struct(">QQIHB")
PICTURE = struct.Struct(">32sHHI")
NUMBER = struct.Struct(">Q")
HIDE = b"hide "
FLAGS = 22  # where the flags stand in a name record


def note(name: str, text: str) -> bytes:
    """Give the value of a note."""
    raw = name.encode("utf-8", "surrogateescape")
    return len(raw).to_bytes(4) + raw + text.encode("utf-8")


def read_note(value: bytes) -> tuple[str, str]:
    """Give the name and the text of a note's value."""
    end = 4 + int.from_bytes(value[:4])
    return value[4:end].decode("utf-8", "surrogateescape"), value[end:].decode("utf-8")


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of `origins`: whose part it is, in which version; `picture` None: that which the person shows."""

    number: bytes
    version: str
    picture: bytes | None = None
    hidden: bool = False

    def pack(self) -> bytes:
        """Give the bytes; no version begins with ff, for it is UTF-8."""
        mark = b"" if self.picture is None else b"\xff" + bytes([self.hidden]) + self.picture
        return self.number + mark + self.version.encode("utf-8")

    @classmethod
    def unpack(cls, raw: bytes) -> Entry:
        """Read what `pack` gave."""
        if raw[8:9] != b"\xff":
            return cls(raw[:8], raw[8:].decode("utf-8"))
        return cls(raw[:8], raw[18:].decode("utf-8"), raw[10:18], raw[9:10] == b"\1")
