"""Sessions of people who have signed in: a signed token in a cookie, good for some hours, until they sign out."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from joserfc import jwt as joserfc_jwt

from limner.jwt import Expected, RefusedError, Verifier, name_of
from limner.oidc.keybox import ALGORITHM, Keybox

COOKIE = b"__Host-limner-session"
TYP = "limner-session+jwt"
AUDIENCE = "limner session"


class Session(NamedTuple):
    """Whose session it is, what it is called, and the Unix time at which it ends."""

    name: str
    id: str
    until: float


class Sessions:
    """Gives and checks sessions at `url`, for those whom the provider `issuer` knows."""

    def __init__(self, keybox: Keybox, url: str, issuer: str, seconds: float) -> None:
        self.keybox = keybox
        self._url = url
        self._issuer = issuer
        self._seconds = seconds
        expected = Expected(
            frozenset([url]),
            frozenset([AUDIENCE]),
            leeway=0,
            longest=seconds + 60,
            typ=TYP,
            require={"provider": [issuer]},
        )
        self._verifier = Verifier(keybox, expected, (ALGORITHM,))

    def give(self, name: str, now: float) -> tuple[bytes, float]:
        """Make a session: its cookie's value, and the Unix time at which it ends. Raises SignInError."""
        kid, key = self.keybox.key(now)
        until = int(now + self._seconds)
        claims = {
            "iss": self._url,
            "aud": AUDIENCE,
            "provider": self._issuer,
            "name": name,
            "sid": secrets.token_urlsafe(12),
            "iat": int(now),
            "exp": until,
        }
        token = joserfc_jwt.encode({"alg": ALGORITHM, "kid": kid, "typ": TYP}, claims, key, algorithms=[ALGORITHM])
        return token.encode("ascii"), until

    def check(self, cookie: bytes, now: float) -> Session:
        """Check a cookie's value. Raises RefusedError."""
        claims, until = self._verifier.verify(cookie, now)
        name, sid = name_of(claims, "name"), name_of(claims, "sid")
        if self.keybox.is_revoked(sid):
            raise RefusedError("it was signed out")
        return Session(name, sid, until)
