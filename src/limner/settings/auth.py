"""`[auth]`: the forward-auth door, `/auth`, where other web servers ask whether a visitor may come in."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from limner.settings.policy import TAGS, Redirect
from limner.settings.section import Section, shown
from limner.settings.values import TrustedPeer


def _header(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Za-z-]{1,100}", value):
        raise ValueError(f"{shown(value)} is not the name of a header; write letters, digits and hyphens")
    return value


def _method(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{1,20}", value):
        raise ValueError(f"{shown(value)} is not a method; write it in capitals")
    return value


def _refuse(value: object) -> object:
    if value in (401, 403) or isinstance(value, dict | Redirect):
        return value
    raise ValueError('write 401, 403 or { redirect = "https://..." }')


Header = Annotated[str, BeforeValidator(_header)]
Refuse = Annotated[
    Annotated[Redirect, Tag(TAGS[0])] | Annotated[Literal[401, 403], Tag(TAGS[1])],
    Discriminator(lambda value: TAGS[1] if value in (401, 403) else TAGS[0]),
    BeforeValidator(_refuse),
]


class Auth(Section):
    """`[auth]`: the forward-auth door."""

    enabled: bool = Field(default=False, description="Answer other web servers at `/auth`.")
    trusted: list[TrustedPeer] = Field(
        default=[],
        description="The web servers that may ask: addresses, networks, or `unix` for the unix socket. Only they say "
        "which address is asked for, how, and by whom; everybody else is refused. Nobody by default.",
    )
    gateway: Literal["nginx", "traefik", "caddy", "envoy"] = Field(
        default="nginx",
        description="Who asks: it says where the original address and method are. `nginx`: in X-Original-URI and "
        "X-Original-Method; `traefik` and `caddy`: in X-Forwarded-Uri and X-Forwarded-Method; `envoy`: behind `/auth` "
        "in the path, and in the request's own method.",
    )
    uri_header: Header | None = Field(default=None, description="Another header with the original address.")
    method_header: Header | None = Field(default=None, description="Another header with the original method.")
    methods: list[Annotated[str, BeforeValidator(_method)]] = Field(
        default=["GET", "HEAD"], description="Original methods that are let in; photos need no others."
    )
    refuse: Refuse = Field(
        default=403,
        description='What the web server gets for a refused visitor: `401`, `403`, or `{ redirect = "..." }`.',
    )

    @model_validator(mode="after")
    def _somebody_asks(self) -> Auth:
        if self.enabled and not self.trusted:
            raise ValueError("name the web servers that may ask in `trusted`; without one every visitor is refused")
        if self.gateway == "envoy" and (self.uri_header or self.method_header):
            raise ValueError("Envoy sends the original address and method as the request's own, not in headers")
        return self
