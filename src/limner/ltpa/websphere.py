"""Tokens of WebSphere and Liberty, and of Domino with WebSphere's keys: LTPA 2, LTPA 1, LTPA 2 in FIPS mode."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from limner.ltpa.keys import WebSphereKeys
from limner.ltpa.token import Claims, Examination, Fields, Kind, Stage, attributes, milliseconds, plain_value, split

MOST_DIFFERENCE: Final = 3000  # milliseconds between the signed expiry and the other one, as Liberty has it
_TYPE: Final = "user:"


def examine_ltpa2(keys: WebSphereKeys, raw: bytes, realms: Collection[str] | None) -> Examination:
    """Open, verify and read an LTPA 2 token; its time is not looked at. `realms`: those allowed, None for any."""
    kind: Kind = "ltpa2-fips" if keys.fips else "ltpa2"
    plain = keys.ltpa2.decrypt(raw)
    fields = _fields(plain, keys.public.size)
    body, signature = (fields.body, fields.signature) if fields else _stand_in(keys.public.size)
    signed = keys.public.signed_twice_hashed(body, signature, keys.digest)
    if fields is None or not signed:
        return _not_signed(kind, keys.name, opened=fields is not None)
    return _read(kind, fields, keys.name, realms)


def examine_ltpa1(keys: WebSphereKeys, raw: bytes, realms: Collection[str] | None) -> Examination:
    """Open, verify and read an LTPA 1 token. Anyone with two tokens can give one the other's expiry: it is unsigned.

    Keys that are not for LTPA 1 open nothing.
    """
    plain = keys.ltpa1.decrypt(raw) if keys.ltpa1 else None
    fields = _fields(plain, keys.public.size)
    body, signature = (fields.body, fields.signature) if fields else _stand_in(keys.public.size)
    signed = keys.public.signed_iso9796(body, signature)
    if fields is None or not signed:
        return _not_signed("ltpa1", keys.name, opened=fields is not None)
    return _read("ltpa1", fields, keys.name, realms)


def _fields(plain: bytes | None, size: int) -> Fields | None:
    fields = split(plain) if plain is not None else None
    return fields if fields and len(fields.signature) == size else None


def _stand_in(size: int) -> tuple[bytes, bytes]:
    """Give a body and a signature to check when there are none: all refusals take the same work."""
    return b"", (2).to_bytes(size, "big")


def _not_signed(kind: Kind, name: str, *, opened: bool) -> Examination:
    if opened:
        return Examination(Stage.NOT_SIGNED, f"the keys {name} decrypt it, but it does not bear their signature", kind)
    return Examination(Stage.NOT_OPENED, "no key decrypts it: other keys made it, or it was altered")


def _read(kind: Kind, fields: Fields, name: str, realms: Collection[str] | None) -> Examination:
    try:
        found = attributes(fields.body)
        expires = _expiry(kind, found, fields.outer)
        access = plain_value(found.get(b"u", b""))
        if not access.startswith(_TYPE):
            raise ValueError("it is not a user's: its user does not begin with 'user:'")
    except ValueError as why:
        reason = "a name is not UTF-8" if isinstance(why, UnicodeDecodeError) else str(why)
        return Examination(Stage.WRONG_CONTENT, f"it is signed, but {reason}", kind, None, name, fields.body)
    rest = access.removeprefix(_TYPE)
    fitting = [realm for realm in realms or () if rest.startswith(f"{realm}/")]
    # for an administrator who names no realm, a realm is what stands before the first slash: near enough to show
    realm = fitting[0] if fitting else rest.partition("/")[0]
    claims = Claims(kind, rest[len(realm) + 1 :], realm, expires / 1000)
    problem = None
    if not claims.user or not claims.realm:
        problem = "it names no user, or no realm"
    elif realms is not None and len(fitting) != 1:
        problem = "two allowed realms fit its user" if fitting else f"its realm is not allowed: {claims.realm}"
    stage = Stage.WRONG_REALM if problem else Stage.VALID
    return Examination(stage, problem, kind, claims, name, fields.body)


def _expiry(kind: Kind, found: dict[bytes, bytes], outer: int) -> int:
    """Give the expiry in milliseconds: LTPA 2's is the signed one, and the unsigned one must agree with it."""
    if kind == "ltpa1":
        if b"expire" in found:
            raise ValueError("an LTPA 1 token has no signed expiry")
        return milliseconds(b"%d" % outer)
    if b"expire" not in found:
        raise ValueError("it has no signed expiry")
    inner = milliseconds(found[b"expire"])
    if abs(inner - outer) > MOST_DIFFERENCE:
        raise ValueError("its two expiries differ")
    return inner
