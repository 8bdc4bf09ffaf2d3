"""`lookup = { ... }` of an `ltpa` rule: a directory server says who the user of a token is."""

from __future__ import annotations

from pydantic import Field, model_validator

from limner.settings.directory import Attributes, Bases, DirectoryAccess
from limner.settings.section import shown
from limner.settings.values import Name

PLACES = ("{user}", "{login}")


class Lookup(DirectoryAccess):
    """`lookup = { servers = ..., base = ... }`."""

    base: Bases = Field(
        min_length=1,
        max_length=20,
        description="Below which entries users are looked for: one distinguished name or several.",
    )
    filter: Name = Field(
        default="(|(uid={login})(sAMAccountName={login})(mail={login}))",
        max_length=2000,
        description="How a user is looked for (RFC 4515), unless the name in the token is that of an entry. `{user}` "
        "is the name as in the token, `{login}` the user name or mail address in it; both go in escaped. A user whom "
        "two entries fit is nobody.",
    )
    mail: Attributes = Field(
        default=["mail"], max_length=20, description="The attributes with mail addresses by which the library may know."
    )
    uid: Attributes = Field(
        default=["uid", "sAMAccountName"],
        max_length=20,
        description="The attributes with user names by which the library may know.",
    )
    connect_seconds: float = Field(
        default=3, gt=0, le=600, description="Seconds in which a server must have taken the connection, TLS included."
    )
    answer_seconds: float = Field(
        default=3, gt=0, le=600, description="Seconds without a byte from the server, after which it is given up."
    )
    wait_seconds: float = Field(
        default=2,
        gt=0,
        le=30,
        description="Seconds that a visitor's first request waits for the directory; nobody else waits for it.",
    )
    minutes: float = Field(
        default=60, gt=0, le=10_080, description="Minutes after which the directory is asked again for a user."
    )
    hours: float = Field(
        default=24, gt=0, le=720, description="Hours that an answer counts while the directory cannot be asked."
    )
    remembered: int = Field(
        default=20_000,
        ge=100,
        le=10_000_000,
        description="Users whose answers each worker remembers, at most; some 600 bytes for each.",
    )

    @model_validator(mode="after")
    def _asks_for_the_user(self) -> Lookup:
        if not any(place in self.filter for place in PLACES):
            raise ValueError(
                f"`filter` {shown(self.filter)} has neither {{user}} nor {{login}} in it: it finds anybody"
            )
        return self
