"""What an administrator pastes into another program's settings so that it asks limner for photos."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from limner.errors import LimnerError
from limner.settings.values import Origin

_origin: TypeAdapter[str] = TypeAdapter(Origin)
_ATTRIBUTE = re.compile("[A-Za-z][A-Za-z0-9-]{0,99}")  # RFC 4512, section 2.5, without options


class Strength(Enum):
    """How sure a snippet is."""

    DOCUMENTED = "documented"
    """Said by the maker's documentation, or seen in the program's source."""
    UNCONFIRMED = "not confirmed"
    """Said to work so; try it before you rely on it."""


@dataclass(frozen=True, slots=True)
class Site:
    """This site's names: what the snippets are filled in with.

    `origin` is where tools find limner, such as "https://photos.example.com"; `attribute` the directory's attribute
    with each person's photo address, such as "photoURL".
    """

    origin: str
    attribute: str

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "origin", _origin.validate_python(self.origin))
        except ValidationError as why:
            raise LimnerError(
                f"the address of the site: {why.errors()[0]['msg'].removeprefix('Value error, ')}",
                hint="such as https://photos.example.com",
            ) from None
        if not _ATTRIBUTE.fullmatch(self.attribute):
            raise LimnerError(f"{self.attribute!r} is not the name of an LDAP attribute", hint="such as photoURL")

    @property
    def host(self) -> str:
        """Its name, with a port that is not the usual one."""
        return self.origin.partition("://")[2]

    @property
    def secure(self) -> bool:
        """Whether it is reached by https."""
        return self.origin.startswith("https:")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One thing to paste.

    `form` is the address form that it leads to (a name in [forms]), `text` what is pasted, "" where only a value in a
    dialogue is set; `restart` what has to be done for it to count, None if that is not known to us; `unknown` what no
    document that we know says.
    """

    name: str
    tool: str
    form: str
    strength: Strength
    source: str
    where: str
    text: str
    restart: str | None = None
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give it for programs."""
        return {
            "name": self.name,
            "tool": self.tool,
            "form": self.form,
            "strength": self.strength.value,
            "source": self.source,
            "where": self.where,
            "text": self.text,
            "restart": self.restart,
            "notes": list(self.notes),
            "unknown": list(self.unknown),
        }


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that can ask limner: its name on the command line, and what to paste into it."""

    name: str
    title: str
    fill: Callable[[Site], list[Snippet]] = field(repr=False)
