"""Whom a token names: from a claim to the keys by which the library knows people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from limner import people
from limner.errors import NameFormError
from limner.jwt.claims import find
from limner.jwt.errors import RefusedError

LONGEST = 500  # characters
KINDS: dict[str, Callable[[str], bytes]] = {
    "mail": people.by_mail,
    "uid": people.by_uid,
    "dn": people.by_dn,
    "key": people.by_key,
}


def name_of(claims: Mapping[str, Any], claim: str) -> str:
    """Give the name that a claim holds. An unverified mail address is none. Raises RefusedError."""
    value = find(claims, claim)
    if type(value) is not str or not value.strip() or len(value) > LONGEST or not value.isprintable():
        raise RefusedError(f"its {claim} names nobody")
    if claim == "email" and claims.get("email_verified") is False:
        raise RefusedError("its mail address is not verified")
    return value.strip()


def keys_of(name: str, kind: str) -> list[bytes]:
    """Give the index keys of a name of a kind ("mail", "uid", "dn", "key"); none for what is no such name."""
    try:
        return [KINDS[kind](name)]
    except NameFormError:
        return []
