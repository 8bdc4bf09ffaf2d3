"""What a token must say: who made it, for whom, from when until when, and what else the settings want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from limner.jwt.errors import RefusedError

LATEST = 1 << 40  # Unix seconds; what is later is no time (the year 36812)
DEPTH = 8  # steps of a claim's name

BEGINS = (("nbf", "it is not valid yet"), ("iat", "it was made in the future"))

Wanted = Mapping[str, Sequence[str | int | bool]]


@dataclass(frozen=True, slots=True)
class Expected:
    """What is asked of tokens. `longest` and `leeway` are in seconds; `typ` None: whatever the header calls them."""

    issuers: frozenset[str]
    audiences: frozenset[str]
    leeway: float = 30.0
    longest: float = 86_400.0
    typ: str | None = None
    require: Wanted = field(default_factory=dict)


def check(claims: dict[str, Any], expected: Expected, now: float) -> float:
    """Check a token's claims at a Unix time; give the time at which it ends, leeway included. Raises RefusedError."""
    issuer = claims.get("iss")
    if type(issuer) is not str or issuer not in expected.issuers:
        raise RefusedError("it is of another issuer" if "iss" in claims else "it names no issuer")
    audience = claims.get("aud")
    if type(audience) is not str or audience not in expected.audiences:
        _check_audiences(audience, expected.audiences)
    last = claims.get("exp")
    if type(last) is not int or not 0 <= last <= LATEST:
        last = _time(claims, "exp")
    end: float = last + expected.leeway
    if end <= now:
        raise RefusedError("it has expired")
    if last > now + expected.longest:
        raise RefusedError("it lasts longer than the settings allow")
    for name, reason in BEGINS:
        begin = claims.get(name, 0)
        known = type(begin) is int and 0 <= begin <= now
        if not known and _time(claims, name) > now + expected.leeway:
            raise RefusedError(reason)
    for name, values in expected.require.items():
        if not holds(find(claims, name), values):
            raise RefusedError(f"its {name} is not what the settings ask for")
    return end


def check_typ(given: object, wanted: str | None) -> None:
    """Check a header's `typ` (RFC 7515 4.1.9: `application/` may be left out, case does not count)."""
    if wanted is None:
        return
    if not isinstance(given, str) or _kind(given) != _kind(wanted):
        raise RefusedError(f"its header does not call it {wanted}")


def _kind(text: str) -> str:
    return text.lower().removeprefix("application/")


def _check_audiences(given: object, wanted: frozenset[str]) -> None:
    if given is None:
        raise RefusedError("it does not say whom it is for (aud)")
    if type(given) is not list or not all(type(each) is str for each in given) or wanted.isdisjoint(given):
        raise RefusedError("it is for another audience")


def _time(claims: dict[str, Any], name: str) -> float:
    if name not in claims:
        raise RefusedError(f"it has no {name}: nobody knows when it ends")
    value = claims[name]
    if type(value) not in (int, float) or not 0 <= value <= LATEST:
        raise RefusedError(f"its {name} is not a time")
    return value  # type: ignore[no-any-return]


def find(claims: Mapping[str, Any], name: str) -> Any:
    """Give a claim by its name, or by the way to it (`context.user.email`); None if it is not there."""
    if name in claims:
        return claims[name]
    at: Any = claims
    for step in name.split(".", DEPTH):
        if not isinstance(at, Mapping) or step not in at:
            return None
        at = at[step]
    return at


def holds(claim: object, values: Sequence[str | int | bool]) -> bool:
    """Tell whether a claim is one of the values, or a list that holds one; true is not 1 here."""
    claimed = claim if isinstance(claim, list) else [claim]
    return any(type(each) is type(value) and each == value for each in claimed for value in values)
