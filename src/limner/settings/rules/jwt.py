"""`jwt = { ... }` of a rule: the visitor sends a JSON Web Token that this issuer signed."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from limner.settings.section import Section, shown
from limner.settings.values import File, HttpUrl, one_or_more

Algorithm = Literal[
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
    "HS256",
    "HS384",
    "HS512",
]
NameKind = Literal["mail", "uid", "dn", "key"]
Wanted = str | int | bool


def _text(value: str) -> str:
    if not value.isprintable() or len(value) > 500:
        raise ValueError("it is longer than 500 characters, or holds a control character")
    return value


def _cookie_name(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[!#$%&*+.^_|~0-9A-Za-z-]{1,100}", value):
        raise ValueError(f"{shown(value)} is not the name of a cookie")
    return value


def _parameter(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Za-z_.~-]{1,50}", value):
        raise ValueError(f"{shown(value)} is not the name of a parameter; write letters and digits")
    return value


def _secure_url(value: str) -> str:
    """Take https, or http to this very machine: keys that come over plain http can be swapped on the way."""
    url = urlsplit(value)
    if url.scheme.lower() != "https" and not _is_loopback(url.hostname or ""):
        raise ValueError(f"{shown(value)} is not https: whoever is on the way could swap the keys")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _wanted(value: object) -> object:
    """Take the values of a claim: one, or a list of which one has to be there."""
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str | int) for each in values):
        raise ValueError("write a text, a whole number, true or false, or a list of such")
    return values


def _claims(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError('write a table of claims: { groups = "staff" }')  # noqa: TRY004 - pydantic's way
    if not all(name and len(name) <= 200 for name in value):
        raise ValueError("the name of a claim is empty, or longer than 200 characters")
    return value


Text = Annotated[str, Field(min_length=1), AfterValidator(_text)]
Texts = Annotated[list[Text], BeforeValidator(one_or_more)]
CookieName = Annotated[str, BeforeValidator(_cookie_name)]
CookieNames = Annotated[list[CookieName], BeforeValidator(one_or_more)]
ParameterName = Annotated[str, BeforeValidator(_parameter)]
SecureUrl = Annotated[HttpUrl, AfterValidator(_secure_url)]
Claims = Annotated[dict[str, Annotated[list[Wanted], BeforeValidator(_wanted)]], BeforeValidator(_claims)]


class Jwt(Section):
    """`jwt`: the visitor sends a JSON Web Token, signed by one whom the settings name."""

    issuer: Texts = Field(min_length=1, description="Who may have made the token: its `iss`, exactly; one or several.")
    audience: Texts = Field(min_length=1, description="Whom the token is for: its `aud` holds one of these.")
    algorithms: list[Algorithm] = Field(
        min_length=1, description="The signatures that are taken; what the token itself says decides nothing."
    )
    keys: File | None = Field(
        default=None,
        description="File with the issuer's public keys: a key set (JWKS), one key, or PEM; read again when changed.",
    )
    keys_url: SecureUrl | None = Field(
        default=None,
        description="Where the issuer publishes its key set (JWKS); fetched in the background, by https.",
    )
    secret: File | None = Field(
        default=None,
        description="File with the secret that HS256 and its like share with the issuer, readable by its owner only. "
        "Whoever has it can make tokens.",
    )
    keys_minutes: float = Field(
        default=15, ge=1, le=1440, description="Minutes after which the keys at `keys_url` are fetched again."
    )
    keys_hours: float = Field(
        default=24,
        gt=0,
        le=720,
        description="Hours that keys of `keys_url` still count when they cannot be fetched any more.",
    )
    bearer: bool = Field(default=True, description="Whether a token in `Authorization: Bearer` is taken.")
    cookies: CookieNames = Field(default=[], description="Cookies that may hold the token.")
    parameter: ParameterName | None = Field(
        default=None,
        description="The parameter of an address that may hold the token, such as `jwt`. Addresses are kept in "
        "browsers' histories and in other servers' logs, so leave it out where you can.",
    )
    person: Text = Field(
        default="email",
        description="The claim that names the visitor; `context.user.email` is one within others. A token without it "
        "is not valid.",
    )
    person_is: NameKind = Field(default="mail", description="What that claim is.")
    require: Claims = Field(
        default={},
        description="Claims that must be there: a value, or a list of which one is enough. Where the claim itself is a "
        "list, it has to hold the value.",
    )
    typ: Text | None = Field(default=None, description="What the token's header must call it, such as `at+jwt`.")
    leeway: float = Field(default=30, ge=0, le=600, description="Seconds by which clocks may differ.")
    hours: float = Field(
        default=24, gt=0, le=8784, description="Hours that a token may still last, at most; longer ones are refused."
    )
    remembered: int = Field(
        default=20_000,
        ge=0,
        le=10_000_000,
        description="Tokens that each worker remembers as verified until they end; some 400 bytes for each.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Jwt:
        given = [name for name in ("keys", "keys_url", "secret") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("write one of `keys`, `keys_url` and `secret`: what proves the token")
        shared = [name for name in self.algorithms if name.startswith("HS")]
        if self.secret is not None and len(shared) < len(self.algorithms):
            raise ValueError("with a `secret`, write HS256, HS384 or HS512 for `algorithms`")
        if self.secret is None and shared:
            raise ValueError(f"{shared[0]} needs a `secret`; public keys prove RS256, ES256 and their like")
        if not self.bearer and not self.cookies and self.parameter is None:
            raise ValueError("no place is left for the token: write `bearer`, `cookies` or `parameter`")
        return self

    def names(self) -> dict[str, Any]:
        """Give what a finding may show of the rule."""
        return {"issuer": self.issuer, "audience": self.audience}
