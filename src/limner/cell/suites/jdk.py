"""Levels of IBM's SDK, as far as they decide what TLS can do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

_DOTTED: Final = re.compile(r"(?:1\.)?([5-8])(?:\.([01])(?:\.(\d{1,3})\.(\d{1,3}))?)?")
_SPELLED: Final = re.compile(r"(?:1\.)?([5-8])(?:\.([01]))?\s*SR\s*(\d{1,3})(?:\s*FP\s*(\d{1,3}))?", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Jdk:
    """A level of IBM's SDK: `8.0.6.30` is version 8, service refresh 6, fix pack 30.

    `service` is (refresh, fix pack), None where only the version is known. Minor is 1 for version 7.1, which has
    service refreshes of its own.
    """

    major: int
    minor: int = 0
    service: tuple[int, int] | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `8`, `8.0`, `8.0.6.30`, `8.0 SR6 FP30`, `1.8`. Raises ValueError, whose text says what is wrong."""
        match = _DOTTED.fullmatch(text.strip()) or _SPELLED.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a level of IBM's SDK such as 8, 8.0.6.30 or '8.0 SR6 FP30'")
        major, minor, refresh, fix = match.groups()
        service = (int(refresh), int(fix or 0)) if refresh is not None else None
        return cls(int(major), int(minor or 0), service)

    def reaches(self, refresh: int, fix: int = 0) -> bool | None:
        """Whether it is at this service refresh and fix pack, or later; None if its own is not known."""
        return None if self.service is None else self.service >= (refresh, fix)

    @property
    def words(self) -> str:
        """The level for people."""
        version = f"SDK {self.major}.{self.minor}"
        return f"{version} SR{self.service[0]} FP{self.service[1]}" if self.service else f"{version}, service not known"


# where what protocols mean changes; of SDK 6 no such level is known
LEVELS: Final = (
    Jdk(6),
    Jdk(7, 0, (9, 0)),
    Jdk(7, 0, (10, 85)),
    Jdk(7, 1, (3, 0)),
    Jdk(7, 1, (4, 85)),
    Jdk(8, 0, (5, 0)),
    Jdk(8, 0, (6, 25)),
    Jdk(8, 0, (6, 30)),
    Jdk(8, 0, (7, 15)),
    Jdk(8, 0, (8, 31)),
)


def of_websphere(version: str) -> Jdk | None:
    """Give the SDK that a WebSphere version runs by without a choice: 9 by version 8. None where that is open.

    8.5.5 has 6 as its default and can be switched to 7, 7.1 or 8, so nothing is said of it.
    """
    return Jdk(8) if re.match(r"9(?:\.|$)", version) else None
