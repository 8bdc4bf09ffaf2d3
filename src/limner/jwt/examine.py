"""Examines tokens for an administrator: what they say, whether a key proves it, and why they are not taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from limner.jwt.claims import LATEST, Expected, check
from limner.jwt.compact import decode, read_object, split
from limner.jwt.errors import RefusedError
from limner.jwt.keyring import FixedRing
from limner.jwt.keys import Keys
from limner.jwt.names import name_of
from limner.jwt.verify import MOST_BYTES, Verifier, read_header


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found out about a token. Its claims are there only if a key proves them, valid or not."""

    header: dict[str, Any] | None = None
    claims: dict[str, Any] | None = None
    user: str | None = None
    reason: str | None = None
    """Why it is not valid."""

    @property
    def valid(self) -> bool:
        return self.claims is not None and self.reason is None


def examine(
    token: bytes,
    keys: Iterable[Keys],
    now: float,
    *,
    algorithms: tuple[str, ...],
    issuers: Collection[str] = (),
    audiences: Collection[str] = (),
    leeway: float = 0.0,
    person: str | None = None,
) -> Examination:
    """Judge a token at a Unix time by any of some keys; without issuers or audiences, it is taken from and for all.

    `leeway` is in seconds. `person` is the claim that has to name somebody; None: whoever `sub` names, if it does.
    """
    try:
        header = read_header(split(token[: MOST_BYTES + 1])[0])
    except RefusedError as why:
        return Examination(reason=str(why))
    try:
        claims = _proved(token, keys, algorithms)
    except RefusedError as why:
        return Examination(header, reason=str(why))
    user = None
    try:
        user = _user(claims, person)
        said = claims.get("aud")
        their = [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str)]
        issuer = claims.get("iss")
        expected = Expected(
            frozenset(issuers or ([issuer] if isinstance(issuer, str) else [])),
            frozenset(audiences or their),
            leeway=leeway,
            longest=LATEST,
        )
        check(claims, expected, now)
    except RefusedError as why:
        return Examination(header, claims, user, str(why))
    return Examination(header, claims, user)


def _proved(token: bytes, keys: Iterable[Keys], algorithms: tuple[str, ...]) -> dict[str, Any]:
    """Give what the first key set that signed a token proves; of several refusals, the last is told."""
    refused = RefusedError("there are no keys")
    for each in keys:
        try:
            return Verifier(FixedRing(each), Expected(frozenset(), frozenset()), algorithms).prove(token)
        except RefusedError as why:
            refused = why
    raise refused


def _user(claims: dict[str, Any], person: str | None) -> str | None:
    if person is not None:
        return name_of(claims, person)
    try:
        return name_of(claims, "sub")
    except RefusedError:
        return None


def unproved(token: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the header and the claims of a token, as anybody can write them. Raises RefusedError."""
    if len(token) > MOST_BYTES:
        raise RefusedError(f"it is longer than {MOST_BYTES:,} bytes")
    head, payload, signature = split(token)
    found = read_object(decode(head, "header"), "header"), read_object(decode(payload, "payload"), "payload")
    decode(signature, "signature")
    return found
