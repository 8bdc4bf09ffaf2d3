"""Versions of TLS, and sets of them that may not be known for certain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import total_ordering
from typing import Self


@total_ordering
class Version(Enum):
    """A version of SSL or TLS, by JSSE's name; later ones are greater."""

    SSL3 = "SSLv3"
    TLS10 = "TLSv1"
    TLS11 = "TLSv1.1"
    TLS12 = "TLSv1.2"
    TLS13 = "TLSv1.3"

    @property
    def rank(self) -> int:
        """0 for SSLv3, 4 for TLSv1.3."""
        return _RANK[self]

    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, Version) else NotImplemented


_RANK = {version: at for at, version in enumerate(Version)}


@dataclass(frozen=True)
class Versions:
    """A set of versions of which it may be open what is in it.

    `worlds` are the sets that it may be, at least one; with one, it is known. `notes` say what is open, or what the
    JDK took away, a sentence each.
    """

    worlds: frozenset[frozenset[Version]]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.worlds:
            raise ValueError("a set of versions must be at least one set")

    @classmethod
    def known(cls, *versions: Version) -> Self:
        """Make the set that is exactly these."""
        return cls(frozenset({frozenset(versions)}))

    @classmethod
    def any_of(cls, worlds: Iterable[Iterable[Version]], notes: Iterable[str] = ()) -> Self:
        """Make the set that is one of these, nobody knows which."""
        return cls(frozenset(map(frozenset, worlds)), tuple(notes))

    @property
    def sure(self) -> frozenset[Version]:
        """The versions that are in it for certain."""
        return frozenset.intersection(*self.worlds)

    @property
    def maybe(self) -> frozenset[Version]:
        """The versions that may be in it, and may not."""
        return frozenset.union(*self.worlds) - self.sure

    @property
    def words(self) -> str:
        """The set for people: `TLSv1 TLSv1.1 TLSv1.2 (TLSv1.3?)`; `none` if it is empty."""
        sure = " ".join(version.value for version in sorted(self.sure))
        maybe = " ".join(f"{version.value}?" for version in sorted(self.maybe))
        return " ".join(part for part in (sure, maybe and f"({maybe})") if part) or "none"
