"""What a source yields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from limner.people import Person


@dataclass(frozen=True, slots=True)
class Found:
    """A person that a source knows.

    `origin` is what the source calls them, and stays the same from run to run; `version` changes whenever the photo
    may have changed; `photo` is the file that holds it, None if there is none.
    """

    person: Person
    origin: str
    version: str
    photo: Path | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that a source could not take: where, and why.

    `harmless` things are no photos at all. After one that is not `complete`, nobody can say who is missing because
    they left, so nobody is removed. `origin` is whose photo it is, where that is known: they keep what they have.
    """

    where: str
    reason: str
    harmless: bool = False
    complete: bool = True
    origin: str | None = None


class Source(Protocol):
    """A place where photos come from."""

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""

    def people(self) -> Iterator[Found | Refused]:
        """Yield everybody, in an order that is the same from run to run. Raises SourceError."""
