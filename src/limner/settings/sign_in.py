"""`[sign_in]`: signing in at an OpenID provider."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator

from limner.settings.rules.jwt import Algorithm, Claims, NameKind, SecureUrl, Text
from limner.settings.section import Section, shown
from limner.settings.values import File


def _base(value: str) -> str:
    """Take scheme and host: cookies of the kind that is set here belong to a whole host."""
    url = urlsplit(value)
    if url.path not in ("", "/") or url.query or url.fragment:
        raise ValueError(f"{shown(value)} has a path; write scheme, host and port: https://photos.example.com")
    return f"{url.scheme.lower()}://{url.netloc.lower()}"


BaseUrl = Annotated[SecureUrl, AfterValidator(_base)]


class SignIn(Section):
    """`[sign_in]`: signing in at an OpenID provider (authorization code flow with PKCE)."""

    issuer: SecureUrl = Field(
        description="The provider: its issuer identifier, exactly as in its `/.well-known/openid-configuration`."
    )
    client_id: Text = Field(description="What limner is called at the provider.")
    secret: File | None = Field(
        default=None,
        description="File with limner's secret at the provider, readable by its owner only; else "
        "`$LIMNER_SIGN_IN_SECRET`. Without either, limner is a public client.",
    )
    url: BaseUrl = Field(
        description="Where browsers find limner: `https://photos.example.com`. The address to register at the provider "
        "is this with `/sign-in/callback` behind it."
    )
    scopes: list[Text] = Field(
        default=["openid", "email"], min_length=1, description="What is asked of the provider; `openid` is needed."
    )
    algorithms: list[Algorithm] = Field(
        default=["RS256", "ES256"], min_length=1, description="Signatures of ID tokens that are taken."
    )
    person: Text = Field(
        default="email",
        description="The claim that names the visitor: of the ID token, or else of the provider's userinfo.",
    )
    person_is: NameKind = Field(default="mail", description="What that claim is.")
    require: Claims = Field(
        default={},
        description='Claims that whoever signs in must have, such as `{ groups = "photos" }`; a list: one is enough.',
    )
    prompt: Text | None = Field(
        default=None, description="What the provider is to ask of its users each time: `login`, `select_account`, ..."
    )
    hours: float = Field(default=10, gt=0, le=720, description="Hours after which a session ends; then sign in again.")
    leeway: float = Field(default=30, ge=0, le=600, description="Seconds by which the provider's clock may differ.")
    keys_hours: float = Field(
        default=24, gt=0, le=720, description="Hours that the provider's keys still count when it cannot be asked."
    )

    @field_validator("scopes")
    @classmethod
    def _openid(cls, scopes: list[str]) -> list[str]:
        if "openid" not in scopes or any(" " in scope for scope in scopes):
            raise ValueError('write a list of scopes with "openid" in it')
        return scopes

    @field_validator("algorithms")
    @classmethod
    def _public(cls, algorithms: list[Algorithm]) -> list[Algorithm]:
        if any(name.startswith("HS") for name in algorithms):
            raise ValueError("ID tokens are proved by the provider's public keys: RS256, ES256 and their like")
        return algorithms
