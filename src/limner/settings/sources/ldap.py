"""`[[source]]` with `kind = "ldap"`."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from limner.settings.directory import Attribute, Attributes, DirectoryPeople
from limner.settings.section import shown
from limner.settings.sources.kind import SCHEDULE
from limner.settings.values import Name, Schedule


class LdapSource(DirectoryPeople):
    """`[[source]]` with `kind = "ldap"`: people and photos of a directory server."""

    kind: Literal["ldap"] = Field(description='"ldap".')
    name: Name = Field(
        default="", max_length=100, description="What reports call this source; its first server, if not set."
    )
    photo: Attributes = Field(
        default=[],
        max_length=20,
        description="The attributes that hold photos; of several, and of several values, the largest is taken.",
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
