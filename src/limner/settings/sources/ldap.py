"""`[[source]]` with `kind = "ldap"`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from limner.settings.directory import DirectoryAccess
from limner.settings.section import shown
from limner.settings.sources.kind import SCHEDULE
from limner.settings.values import Name, Schedule, one_or_more


def _attribute(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*", value):
        return value
    raise ValueError(f'{shown(value)} is not the name of an attribute, such as "jpegPhoto"')


Attribute = Annotated[str, BeforeValidator(_attribute)]
Attributes = Annotated[list[Attribute], BeforeValidator(one_or_more)]
Bases = Annotated[list[Name], BeforeValidator(one_or_more)]


class LdapSource(DirectoryAccess):
    """`[[source]]` with `kind = "ldap"`: people and photos of a directory server."""

    kind: Literal["ldap"] = Field(description='"ldap".')
    name: Name = Field(
        default="", max_length=100, description="What reports call this source; its first server, if not set."
    )
    directory: Literal["ad", "domino", "openldap", "generic"] = Field(
        default="generic",
        description='What kind of directory it is: Active Directory (`"ad"`; Samba too), HCL Domino, OpenLDAP, or any '
        "other. It decides what the settings below are when they are not set, and how changes are read.",
    )
    base: Bases = Field(
        min_length=1,
        max_length=100,
        description="Below which entries people are looked for: one distinguished name or several.",
    )
    filter: Name = Field(
        default="",
        max_length=10_000,
        description="Who is taken (RFC 4515); people of any kind, if not set. In Active Directory, disabled and "
        "expired accounts are left out on top of it.",
    )
    disabled: bool = Field(
        default=False, description="Take the disabled and the expired accounts of an Active Directory too."
    )
    photo: Attributes = Field(
        default=[],
        max_length=20,
        description="The attributes that hold photos; of several, and of several values, the largest is taken.",
    )
    mail: Attributes = Field(
        default=[],
        max_length=50,
        description="The attributes that hold mail addresses; all values of all are taken. Of values that name their "
        "kind, as in `proxyAddresses`, those of `smtp:` and `SMTP:` are.",
    )
    uid: Attributes = Field(
        default=[],
        max_length=20,
        description="The attribute that holds the user name; of several, the first that is there.",
    )
    key: Attributes = Field(
        default=[], max_length=20, description="The attribute that holds a key (`photo.do?key=`); none, if not set."
    )
    display_name: Attributes = Field(
        default=[], max_length=20, description="The attribute with the name that people read; of several, the first."
    )
    attributes: dict[str, Attribute] = Field(
        default={},
        max_length=20,
        description="What reports sort people by, and the attribute that holds it, such as "
        '`{ department = "department" }`.',
    )

    schedule: Schedule | None = SCHEDULE

    @model_validator(mode="after")
    def _names_are_plain(self) -> LdapSource:
        for name in self.attributes:
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", name):
                raise ValueError(f"{shown(name)} in `attributes` is not a plain name of letters, digits, - and _")
        return self

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""
        return self.name or self.servers[0]
