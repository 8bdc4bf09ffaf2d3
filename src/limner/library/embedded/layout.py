"""How the embedded library lies in LMDB: tables, keys, values.

Tables (`N` a person's number, `P` a picture's, both 8 bytes big-endian):

    names       index key -> N P modified(4) rungs(2) flags(1): all that the photo lane needs, in one look-up
    people      N -> the record (JSON)
    order       display name, case-folded, then N -> nothing: people in the order in which they are shown
    origins     source 00 origin -> N version; a long source or origin by its beginning and digest
    pictures    P -> SHA-256 of the original(32) recipe(2) rungs(2) people who show it(4)
    digests     SHA-256 of the original, recipe(2) -> P: equal photos are kept once
    renditions  P rung(2) -> entity
    meta        format, next N, next P, number of people, number of people with a photo; and, for each hidden name,
                "hide " and its index key -> flags(1) a number(8) that all names hidden with it share

Flags: 0, or the place of whom somebody is shown to in `limner.library.record.AUDIENCES`.
"""

from __future__ import annotations

import hashlib
import struct

from limner.library.record import Record

FORMAT = 1
MAP_SIZE = 1 << 40  # bytes of address space, not of disk; LMDB's file grows as it is filled
TABLES = ("names", "people", "order", "origins", "pictures", "digests", "renditions", "meta")
NAME = struct.Struct(">QQIHB")
PICTURE = struct.Struct(">32sHHI")
NUMBER = struct.Struct(">Q")
HIDE = b"hide "
FLAGS = 22  # where the flags stand in a name record


def order_key(record: Record, number: int) -> bytes:
    """Give the place of a record among all people: by display name, then by number."""
    shown = record.person.display.casefold().encode("utf-8")[:200]
    return shown + b"\0" + NUMBER.pack(number)


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
