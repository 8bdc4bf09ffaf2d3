"""Domino's own tokens: not encrypted, and proved by a secret that all servers of the SSO domain share.

After HCL's C API guide, "Single Sign-On with Domino and WebSphere": header, creation, expiration, name, SHA-1 of
these and the secret.
"""

from __future__ import annotations

import hashlib
import re
from hmac import compare_digest
from typing import Final, NamedTuple

from limner.ltpa.keys import DominoSecret
from limner.ltpa.lmbcs import decode_lmbcs
from limner.ltpa.token import Claims, Examination, Stage, printable

HEADER: Final = b"\x00\x01\x02\x03"
SMALLEST: Final = 41  # bytes: a name has at least one
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{8}")


class Unproved(NamedTuple):
    """What anyone can read in a token without a secret; texts of the token, believed by nobody."""

    user: str | None  # None: not LMBCS, or not printable
    created: int | None  # Unix time, seconds; None: not eight hex digits
    expires: int | None


def is_domino(raw: bytes) -> bool:
    """Whether the bytes are marked as Domino's own format."""
    return raw.startswith(HEADER)


def read_unproved(raw: bytes) -> Unproved:
    """Read a token without believing it."""
    try:
        user: str | None = printable(decode_lmbcs(raw[20:-20])) or None
    except ValueError:
        user = None
    created, expires = (int(text, 16) if _HEX.fullmatch(text) else None for text in (raw[4:12], raw[12:20]))
    return Unproved(user if len(raw) >= SMALLEST else None, created, expires)


def examine_domino(keys: DominoSecret, raw: bytes) -> Examination:
    """Verify and read a token; whether it is expired is not looked at."""
    proof = hashlib.sha1(raw[:-20] + keys.secret, usedforsecurity=False).digest()
    if not compare_digest(proof, raw[-20:]) or len(raw) < SMALLEST:
        return Examination(Stage.NOT_SIGNED, "no secret proves it: another one made it, or it was altered", "domino")
    user, created, expires = read_unproved(raw)
    if user is None or created is None or expires is None or expires < created:
        reason = "it is proved, but its name or its times cannot be read"
        return Examination(Stage.WRONG_CONTENT, reason, "domino", key_set=keys.name)
    claims = Claims("domino", user, None, float(expires), float(created))
    return Examination(Stage.VALID, None, "domino", claims, keys.name)
