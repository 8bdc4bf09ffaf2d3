"""The keys under which every engine files people and notes, and by which it orders them.

They are bytes of bounded length, compared byte by byte: LMDB takes keys of at most 511 bytes.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from limner.errors import NameTakenError
from limner.library.record import Record


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


def note_key(name: str) -> bytes:
    """Give the key of a note; a long name is kept by its beginning and its digest."""
    raw = name.encode("utf-8", "surrogateescape")
    return raw if len(raw) <= 400 else raw[:300] + b"\0" + hashlib.sha256(raw).hexdigest().encode("ascii")


def order_key(record: Record, number: int) -> bytes:
    """Give the place of a record among all people: by display name, then by number."""
    shown = record.person.display.casefold().encode("utf-8")[:200]
    return shown + b"\0" + number.to_bytes(8)


def lasting(keys: set[bytes]) -> set[bytes]:
    """Give the index keys of names; a mail address's hashes come and go with it."""
    return {key for key in keys if key[:1] not in b"52"}


def name_taken(key: bytes, other: Record) -> NameTakenError:
    """Make the error that somebody else has a name already."""
    return NameTakenError(
        f"{key[1:].decode('utf-8', 'replace')!r} belongs to {other.person.label} already"
        f" (from {other.source}: {other.origin})",
        hint="a name leads to one person only: take it from one of the two",
        source=other.source,
        origin=other.origin,
    )


def readable_first(key: bytes) -> tuple[bool, bytes]:
    """Sort index keys so that an error names an address or user name rather than a hash of it."""
    return key[:1] not in b"mudk", key
