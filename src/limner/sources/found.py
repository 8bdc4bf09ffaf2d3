"""What a source yields."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from limner.people import Person


class Loaded:
    """A photo's bytes, where they came with the entry; `digest` is their SHA-256, `size` how many they are."""

    __slots__ = ("_data", "digest", "size")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.digest = hashlib.sha256(data).digest()
        self.size = len(data)

    @property
    def data(self) -> bytes:
        """The bytes, as the source has them."""
        return self._data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loaded) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class Remote:
    """A photo that is fetched later, by `Source.fetch`: `place` is small, and only its source can read it."""

    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """A person that a source knows.

    `origin` is what the source calls them, and stays the same from run to run; `version` changes whenever the photo
    may have changed; `photo` is the file that holds it, its bytes, or where it is fetched from, None if there is none.
    `attributes` are what reports sort people by (department, office, ...); see `limner.library.record` for how many
    are kept. `modified` is when the photo last changed as the source says it (Unix seconds), 0 where it does not say.
    `where` is what reports call it, where the origin says nothing to a reader.
    """

    person: Person
    origin: str
    version: str
    photo: Path | Loaded | Remote | None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    modified: int = 0
    where: str = field(default="", compare=False)

    @property
    def called(self) -> str:
        """What reports call this: a place that an administrator finds again."""
        return self.where or self.origin


@dataclass(frozen=True, slots=True)
class Gone:
    """In a reading of changes: somebody left, was disabled, or is no longer among those whom settings ask for."""

    origin: str


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be said of a reading when it has ended.

    `whole`: everybody was told, so whoever was not told is gone; otherwise only changes were. `state` goes to the next
    reading as `since` (None: this source tells everybody every time). `note` is what an administrator should know,
    such as why a reading of changes became a whole one.
    """

    whole: bool = True
    state: str | None = None
    note: str | None = None


class Source(Protocol):
    """A place where photos come from. It is read by one thread; `fetch` may be called by several."""

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""

    @property
    def parallel(self) -> int:
        """How many photos may be fetched at once; at least 1."""

    def people(self, since: str | None = None) -> Iterator[Found | Gone | Refused]:
        """Yield everybody, or what changed after the reading that gave the state `since`. Raises SourceError.

        The order is the same from run to run. A source that cannot go on from `since` starts over with everybody.
        """

    @property
    def reading(self) -> Reading:
        """What `people` was, once it has ended."""

    def fetch(self, found: Found, limit: int) -> bytes | None:
        """Fetch a `Remote` photo of at most `limit` bytes; None: there is none after all.

        Raises PictureError where this photo cannot be taken and would not be better next time (too large, not a
        picture); SourceError where it could not be had now: it is tried again, at last by the next sync.
        """

    def close(self) -> None:
        """Let go of connections; to be called once, whatever happened before."""
