"""`ltpa = { ... }` of a rule: the visitor sends a single sign-on token of WebSphere or Domino that these keys prove."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from limner.settings.rules.lookup import Lookup
from limner.settings.section import Section, shown
from limner.settings.values import File, Name, one_or_more


def _cookie_name(value: object) -> object:
    """Take what RFC 6265 allows as a name; Domino and WebSphere both let an administrator choose it."""
    if not isinstance(value, str) or not re.fullmatch(r"[!#$%&*+.^_|~0-9A-Za-z-]{1,100}", value):
        raise ValueError(f"{shown(value)} is not the name of a cookie")
    return value


Files = Annotated[list[File], BeforeValidator(one_or_more)]
Realm = Annotated[Name, Field(min_length=1, max_length=500)]
Realms = Annotated[list[Realm], BeforeValidator(one_or_more)]
CookieNames = Annotated[list[Annotated[str, BeforeValidator(_cookie_name)]], BeforeValidator(one_or_more)]


class Ltpa(Section):
    """`ltpa = { keys = ..., realms = ... }`."""

    keys: Files = Field(
        min_length=1,
        max_length=16,
        description="Key sets that `limner ltpa import-keys` wrote, or raw files of keys. Several count at once, for "
        "the time in which keys change. Only their owner may be able to read them. Read again when they change.",
    )
    password_file: File | None = Field(
        default=None, description="File with the password of a raw `ltpa.keys`; a key set needs none."
    )
    realms: Realms = Field(
        default=[],
        description="The realms whose users are let in, as tokens name them. Without it those that the key sets were "
        "imported with. Domino's own tokens name no realm.",
    )
    cookies: CookieNames = Field(
        default=["LtpaToken2", "LtpaToken"],
        min_length=1,
        max_length=8,
        description="The cookies that a token may be in, the first one looked at first.",
    )
    ltpa1: bool = Field(
        default=False, description="Take LTPA 1 too, whose expiry is not signed: `limner policy check` says more."
    )
    max_hours: float | None = Field(
        default=None, gt=0, le=100_000, description="Refuse tokens that are good for longer than so many hours more."
    )
    leeway: float = Field(default=0, ge=0, le=60, description="Seconds that a token is taken after its end.")
    aliases: File | None = Field(
        default=None,
        description="CSV table with the columns `token` and `person`: names in tokens that the library knows by "
        "another name. Read again when it changes.",
    )
    lookup: Lookup | None = Field(
        default=None,
        description="A directory server that is asked who a user is, where neither `aliases` nor the library knows the "
        "name in the token. It is never asked whether somebody may come in.",
    )
    known: bool = Field(default=False, description="Let in only whom the library knows.")
    remembered: int = Field(
        default=100_000,
        ge=0,
        le=10_000_000,
        description="Verified tokens that each worker remembers, at most; some 400 bytes for each.",
    )
