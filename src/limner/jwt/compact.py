"""The compact form of a signed token: three pieces of base64url with dots between, and JSON that has one meaning.

Strict where others are kind: every text has exactly one way to be written, a name may stand once in an object, and what
JSON does not know (NaN, Infinity) is not taken. Two readers of one token must never see two things.
"""

from __future__ import annotations

import binascii
import json
from typing import Any

from pydantic_core import from_json

from limner.jwt.errors import RefusedError

_TO_PLAIN = bytes.maketrans(b"-_+/=", b"+/---")  # what is only plain base64's becomes what is not base64 at all
_PADDING = (b"", b"===", b"==", b"=")  # a rest of 1 cannot be: its three signs are refused
_SPACE = b" \t\r\n"  # JSON's
# by the characters behind the last whole four: which last characters leave no stray bits
_ENDS = (b"", b"", b"AQgw", b"AEIMQUYcgkosw048")


def split(token: bytes) -> tuple[bytes, bytes, bytes]:
    """Give the pieces of a token: header, payload and signature, as sent. Raises RefusedError."""
    pieces = token.split(b".")
    if len(pieces) != 3:
        raise RefusedError("it is encrypted" if len(pieces) == 5 else "it is not three pieces with dots between")
    return pieces[0], pieces[1], pieces[2]


def decode(piece: bytes, what: str) -> bytes:
    """Decode base64url as RFC 7515 has it: no padding, no stray bits, no other characters. Raises RefusedError."""
    rest = len(piece) & 3
    if not rest or piece[-1] in _ENDS[rest]:
        try:
            return binascii.a2b_base64(piece.translate(_TO_PLAIN) + _PADDING[rest], strict_mode=True)
        except binascii.Error:
            pass
    raise RefusedError(f"its {what} is not base64url")


def read_object(raw: bytes, what: str) -> dict[str, Any]:
    """Read a JSON object in UTF-8, each name in it once. Raises RefusedError."""
    try:
        found = from_json(raw, allow_inf_nan=False)
    except ValueError:
        raise RefusedError(f"its {what} is not JSON") from None
    if type(found) is not dict:
        raise RefusedError(f"its {what} is not a JSON object")
    # Of a name that stands twice, the last one is left. Each name ends in `":`; where there are no more of those than
    # names, and no object within, none was lost.
    if raw.count(b"{") != 1 or raw.translate(None, _SPACE).count(b'":') != len(found):
        _read_slowly(raw, what)
    return found


def _read_slowly(raw: bytes, what: str) -> None:
    """Read JSON only to see whether a name stands twice, which the quick way does not tell. Raises RefusedError."""
    try:
        json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise RefusedError(f"a name stands twice in its {what}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
