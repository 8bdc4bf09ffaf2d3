"""`[policy]`: who may see."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from limner.settings.rules.budget import Budget
from limner.settings.rules.jwt import Jwt
from limner.settings.rules.ltpa import Ltpa
from limner.settings.rules.passes import PassRule
from limner.settings.rules.session import Session
from limner.settings.section import Section
from limner.settings.values import Cookies, HttpUrl, Name, Network, TrustedPeer, twice


class Redirect(Section):
    """`otherwise = { redirect = "..." }`."""

    redirect: HttpUrl = Field(description="Where a refused visitor is sent (302).")


NO_CONDITIONS = ("name", "faces", "budget", "guests")  # what a rule has beside conditions


class Rule(Section):
    """`[[policy.allow]]`: a visit is allowed when all conditions of any rule hold."""

    name: Name = Field(min_length=1, max_length=200, description="What `explain`, the audit trail and reports call it.")
    networks: list[Network] | None = Field(
        default=None, min_length=1, description="The visitor's address is in one of these networks."
    )
    cookie: Cookies | None = Field(
        default=None,
        min_length=1,
        description="The visitor sends one of these cookies: a name, or name=value. Anyone can send any cookie: this "
        "is the old way, and `limner policy check` says so.",
    )
    ltpa: Ltpa | None = Field(
        default=None, description="The visitor sends a single sign-on token of WebSphere or Domino, and it is genuine."
    )
    jwt: Jwt | None = Field(default=None, description="The visitor sends a JSON Web Token of an issuer.")
    session: Session | None = Field(
        default=None, description="The visitor has signed in here; `{}` where nothing more is asked. Needs `[sign_in]`."
    )
    pass_: PassRule | None = Field(
        default=None,
        alias="pass",
        description="The visitor shows a meeting pass, in a cookie or in the address (`?pass=`). It opens its own "
        "faces, and no other.",
    )
    faces: Literal["pass"] | None = Field(
        default=None,
        description='Which faces the rule opens: `"pass"`, those of the pass. A `pass` opens no others anyway.',
    )
    budget: Budget | None = Field(
        default=None, description="How many different faces a visitor may see by this rule, in a while."
    )
    guests: bool | None = Field(
        default=None,
        description="Whether visitors whom this rule lets in are guests, who never see people hidden from guests. If "
        "not set: yes where the rule asks for a pass, or for nothing that not anyone could fulfil.",
    )

    @model_validator(mode="after")
    def _faces_of_a_pass(self) -> Rule:
        if self.faces == "pass" and self.pass_ is None:
            raise ValueError('faces = "pass" needs pass = { ... } in the same rule')
        return self

    @model_validator(mode="after")
    def _some_condition(self) -> Rule:
        if all(getattr(self, name) is None for name in type(self).model_fields if name not in NO_CONDITIONS):
            raise ValueError(
                "a rule without conditions would let everyone in; if that is meant, "
                'write networks = ["0.0.0.0/0", "::/0"]'
            )
        return self


WORDS = ("placeholder", "sign-in")


def _otherwise(value: object) -> object:
    if value in ("403", "refuse", 403):
        return 403
    if isinstance(value, dict | Redirect) or value in WORDS:
        return value
    raise ValueError('write { redirect = "https://..." }, 403, "placeholder" or "sign-in"')


TAGS = ("{table}", "{word}")
Otherwise = Annotated[
    Annotated[Redirect, Tag(TAGS[0])] | Annotated[Literal[403, "placeholder", "sign-in"], Tag(TAGS[1])],
    Discriminator(lambda value: TAGS[1] if value in (403, *WORDS) else TAGS[0]),
    BeforeValidator(_otherwise),
]


class Policy(Section):
    """`[policy]`: who may see."""

    otherwise: Otherwise = Field(
        default=403,
        description='What a refused visitor gets: `{ redirect = "https://..." }`, `403`, `"placeholder"` '
        '(the same neutral picture for every face), or `"sign-in"` (pages are sent to sign in, all else is 403).',
    )
    trusted_proxies: list[TrustedPeer] = Field(
        default=[],
        description="Peers whose X-Forwarded-For is believed, walked right to left: addresses, networks, or "
        '"unix" for whoever connects through the unix socket. Nobody by default.',
    )
    allow: list[Rule] = Field(default=[], description="The rules; the order does not matter.")

    @model_validator(mode="after")
    def _names_differ(self) -> Policy:
        if doubled := twice(rule.name for rule in self.allow):
            raise ValueError(f"two rules have the same name: {doubled}")
        return self
