r"""A *pack*: all renditions of a picture in one object of the store, since whoever needs one will need the others.

    "limner1\n", how many(1), for each: rung(2) length(4); then the JPEGs, one after the other. Big-endian.

What a pack holds does not change; the library knows its SHA-256, so that half an object is never taken for a whole one.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping

from limner.errors import LibraryError
from limner.picture import LADDER

MARK = b"limner1\n"
_ENTRY = struct.Struct(">HI")
LIMIT = 64_000_000  # bytes; the renditions of one picture are some 150,000


def pack(renditions: Mapping[int, bytes]) -> bytes:
    """Give the pack of a picture's renditions."""
    head = b"".join(_ENTRY.pack(rung, len(renditions[rung])) for rung in sorted(renditions))
    return b"".join((MARK, bytes([len(renditions)]), head, *(renditions[rung] for rung in sorted(renditions))))


def digest(raw: bytes) -> bytes:
    """Give the SHA-256 of a pack."""
    return hashlib.sha256(raw).digest()


def unpack(raw: bytes) -> dict[int, bytes]:
    """Give what `pack` was given. Raises LibraryError."""
    try:
        if not raw.startswith(MARK):
            raise ValueError
        at = len(MARK) + 1 + raw[len(MARK)] * _ENTRY.size
        renditions = {}
        for rung, length in _ENTRY.iter_unpack(raw[len(MARK) + 1 : at]):
            renditions[rung] = raw[at : at + length]
            at += length
        if at != len(raw) or not renditions.keys() <= set(LADDER) or len(renditions) != raw[len(MARK)]:
            raise ValueError
    except (ValueError, IndexError, struct.error):
        raise LibraryError(
            "a picture in the store is damaged", hint="`limner library check` names all that is"
        ) from None
    return renditions
