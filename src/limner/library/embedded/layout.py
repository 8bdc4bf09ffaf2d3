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

Flags: 0, or the place of whom somebody is shown to in `limner.library.record.AUDIENCES`.

The tables of LATER were not in the first libraries of this format: one that is opened for writing makes them, one that
is opened readonly takes them for empty.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from functools import lru_cache

from limner.library.record import Record

FORMAT = 1
MAP_SIZE = 1 << 40  # bytes of address space, not of disk; LMDB's file grows as it is filled
TABLES = ("names", "people", "order", "origins", "pictures", "digests", "renditions", "meta")
LATER = ("notes",)
NAME = struct.Struct(">QQIHB")
PICTURE = struct.Struct(">32sHHI")
NUMBER = struct.Struct(">Q")
HIDE = b"hide "
FLAGS = 22  # where the flags stand in a name record


def note_key(name: str) -> bytes:
    """Give the key of a note; a long name is kept by its beginning and its digest."""
    raw = name.encode("utf-8", "surrogateescape")
    return raw if len(raw) <= 400 else raw[:300] + b"\0" + hashlib.sha256(raw).hexdigest().encode("ascii")


def note(name: str, text: str) -> bytes:
    """Give the value of a note."""
    raw = name.encode("utf-8", "surrogateescape")
    return len(raw).to_bytes(4) + raw + text.encode("utf-8")


def read_note(value: bytes) -> tuple[str, str]:
    """Give the name and the text of a note's value."""
    end = 4 + int.from_bytes(value[:4])
    return value[4:end].decode("utf-8", "surrogateescape"), value[end:].decode("utf-8")


def order_key(record: Record, number: int) -> bytes:
    """Give the place of a record among all people: by display name, then by number."""
    shown = record.person.display.casefold().encode("utf-8")[:200]
    return shown + b"\0" + NUMBER.pack(number)


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
        return cls(raw[:8], raw[18:].decode("utf-8"), raw[10:18], cls.is_hidden(raw))

    @staticmethod
    def is_hidden(raw: bytes) -> bool:
        """Tell of what `pack` gave whether it is hidden."""
        return raw[8:10] == b"\xff\1"


@lru_cache(maxsize=64)
def source_key(source: str) -> bytes:
    """Give what the keys of a source's records in `origins` begin with."""
    raw = source.encode("utf-8", "surrogateescape")
    if len(raw) > 100 or b"\0" in raw:  # sources that differ must not meet: one would remove the other's people
        raw = raw[:36].replace(b"\0", b" ") + hashlib.sha256(raw).hexdigest().encode("ascii")
    return raw + b"\0"


def origin_key(source: str, origin: str) -> bytes:
    """Give the key of a record in `origins`; a long origin is kept by its digest."""
    raw = origin.encode("utf-8", "surrogateescape")
    if len(raw) > 300:
        raw = raw[:200] + hashlib.sha256(raw).hexdigest().encode("ascii")
    return source_key(source) + raw
