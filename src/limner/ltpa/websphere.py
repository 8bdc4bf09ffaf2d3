"""Tokens of WebSphere and Liberty, and of Domino with WebSphere's keys: LTPA 2, LTPA 1, LTPA 2 in FIPS mode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from limner.ltpa.keys import WebSphereKeys
from limner.ltpa.token import (
    Claims,
    Examination,
    Fields,
    Kind,
    Stage,
    attributes,
    milliseconds,
    plain_body,
    plain_value,
    split,
)

MOST_DIFFERENCE: Final = 3000  # milliseconds between the signed expiry and the other one, as Liberty has it
_TYPE: Final = "user:"

Realms = Sequence[tuple[str, str]] | None
"""The realms allowed, each with how a user of it begins; None: any."""


def realms_allowed(names: Iterable[str]) -> Realms:
    """Give realms with how a token writes their users, ready to be compared."""
    return tuple((f"{_TYPE}{realm}/", realm) for realm in dict.fromkeys(names))


def prove_ltpa2(keys: WebSphereKeys, raw: bytes) -> tuple[Fields | None, bool]:
    """Open an LTPA 2 token and check its signature; give its fields (None: it does not open), and whether it is signed.

    The work is the same whatever is wrong with it.
    """
    public = keys.public
    fields = split(keys.ltpa2.decrypt(raw), public.size)
    body, _, signature = fields or _STAND_IN[public.size]
    signed = public.signed_twice_hashed(body, signature, keys.digest)
    return fields, signed and fields is not None


def prove_ltpa1(keys: WebSphereKeys, raw: bytes) -> tuple[Fields | None, bool]:
    """Open an LTPA 1 token and check its signature, as `prove_ltpa2` does. Keys that are not for LTPA 1 open nothing.

    Anyone with two tokens can give one the other's expiry: it is unsigned.
    """
    public = keys.public
    fields = split(keys.ltpa1.decrypt(raw) if keys.ltpa1 else b"", public.size)
    body, _, signature = fields or _STAND_IN[public.size]
    signed = public.signed_iso9796(body, signature)
    return fields, signed and fields is not None


# What is checked where there are no fields
_STAND_IN: Final[dict[int, Fields]] = {size: (b"", b"0", (2).to_bytes(size, "big")) for size in (128, 256)}


class NotReadError(ValueError):
    """A signed token does not say what one must say. `claims` are there if only its realm is wrong."""

    def __init__(self, reason: str, claims: Claims | None = None) -> None:
        super().__init__(reason)
        self.claims = claims


def read(kind: Kind, fields: Fields, realms: Realms) -> Claims:
    """Read a signed token; its time is not looked at. Raises NotReadError."""
    body, outer, _ = fields
    try:
        plain = plain_body(body) if kind != "ltpa1" else None
        if plain is not None:
            expires, access = _agreed(plain[0], outer), plain[1]
        else:
            found = attributes(body)
            expires = _expiry(kind, found, outer)
            access = plain_value(found.get(b"u", b""))
    except UnicodeDecodeError:
        raise NotReadError("it is signed, but a name is not UTF-8") from None
    except ValueError as why:
        raise NotReadError(f"it is signed, but {why}") from None
    begin = realm = ""
    if realms is not None:
        for pair in realms:
            if access.startswith(pair[0]):
                begin, realm = pair if not begin else ("", "")
                if not begin:
                    break
    user = access[len(begin) :]
    if not begin or not user or not realm:
        return _of_no_realm(kind, access, expires, realms)
    return Claims(kind, user, realm, expires / 1000)


def _of_no_realm(kind: Kind, access: str, expires: int, realms: Realms) -> Claims:
    """Read a user whose realm is not an allowed one: for an administrator who names no realm, any is good."""
    if not access.startswith(_TYPE):
        raise NotReadError("it is signed, but it is not a user's: its user does not begin with 'user:'")
    # a realm is what stands before the first slash: near enough to show
    realm, _, user = access.removeprefix(_TYPE).partition("/")
    claims = Claims(kind, user, realm, expires / 1000)
    if not user or not realm:
        raise NotReadError("it names no user, or no realm", claims)
    if realms is not None:
        several = sum(access.startswith(begin) for begin, _ in realms) > 1
        raise NotReadError(
            "two allowed realms fit its user" if several else f"its realm is not allowed: {realm}", claims
        )
    return claims


def examine(kind: Kind, keys: WebSphereKeys, raw: bytes, realms: Realms) -> Examination:
    """Open, verify and read a token, and say what is wrong with it; its time is not looked at."""
    fields, signed = (prove_ltpa1 if kind == "ltpa1" else prove_ltpa2)(keys, raw)
    if fields is None:
        return Examination(Stage.NOT_OPENED, "no key decrypts it: other keys made it, or it was altered")
    if not signed:
        reason = f"the keys {keys.name} decrypt it, but it does not bear their signature"
        return Examination(Stage.NOT_SIGNED, reason, kind)
    try:
        claims = read(kind, fields, realms)
    except NotReadError as why:
        stage = Stage.WRONG_REALM if why.claims else Stage.WRONG_CONTENT
        return Examination(stage, str(why), kind, why.claims, keys.name, fields[0])
    return Examination(Stage.VALID, None, kind, claims, keys.name, fields[0])


def _expiry(kind: Kind, found: dict[bytes, bytes], outer: bytes) -> int:
    """Give the expiry in milliseconds: LTPA 2's is the signed one, and the unsigned one must agree with it."""
    if kind == "ltpa1":
        if b"expire" in found:
            raise ValueError("an LTPA 1 token has no signed expiry")
        return milliseconds(outer)
    if b"expire" not in found:
        raise ValueError("it has no signed expiry")
    return _agreed(found[b"expire"], outer)


def _agreed(signed: bytes, outer: bytes) -> int:
    inner = milliseconds(signed)
    if signed != outer and abs(inner - int(outer)) > MOST_DIFFERENCE:
        raise ValueError("its two expiries differ")
    return inner
