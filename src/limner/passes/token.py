"""The token of a pass: a JWT (RFC 7519) with HMAC-SHA256, which names the pass, its room and its end.

There is one way to write the head of a token, so heads are compared and never parsed; `alg` is never believed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from limner.passes.keys import Key

ALGORITHMS: Final = ["HS256"]
MOST_CHARACTERS: Final = 1_200  # a room of 100 characters that JSON escapes, and all else


@dataclass(frozen=True, slots=True)
class Signed:
    """What a genuine token says: the pass's number, its room, and the Unix time of its end."""

    id: str
    room: str
    ends: int


def sign(said: Signed, issued: float, key: Key) -> str:
    """Give the token. Its end is a whole second."""
    claims = {"jti": said.id, "room": said.room, "iat": int(issued), "exp": said.ends}
    return jwt.encode(_head(key.kid), claims, OctKey.import_key(key.secret), algorithms=ALGORITHMS)


class Verifier:
    """Tells genuine tokens by some keys; whatever is wrong with another, as much is done to find out."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys = {_segment(key): OctKey.import_key(key.secret) for key in keys}
        dummy = Key("00000000", os.urandom(32), 0.0)  # proves nothing: nobody has it
        self._dummy = _segment(dummy), OctKey.import_key(dummy.secret)

    def read(self, token: bytes, now: float) -> Signed | None:
        """Give what a token says, or None if it is not genuine, or has ended. Never raises."""
        head, _, rest = token[: MOST_CHARACTERS + 1].partition(b".")
        key = self._keys.get(head)
        if key is None or len(token) > MOST_CHARACTERS:
            head, key = self._dummy
        try:
            claims = jwt.decode(head + b"." + rest, key, algorithms=ALGORITHMS).claims
            said = Signed(str(claims["jti"]), str(claims["room"]), int(claims["exp"]))
        except (JoseError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return said if said.ends > now else None


def _head(kid: str) -> dict[str, str]:
    return {"typ": "JWT", "alg": "HS256", "kid": kid}


def _segment(key: Key) -> bytes:
    """Give the first part of the tokens that a key signs."""
    whole = jwt.encode(_head(key.kid), {}, OctKey.import_key(key.secret), algorithms=ALGORITHMS)
    return whole.partition(".")[0].encode("ascii")
