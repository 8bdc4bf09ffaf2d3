"""Versions of SSL and TLS, and the cipher suites that there are."""

from __future__ import annotations

import tomllib
from enum import IntEnum
from functools import cache
from importlib.resources import files


class Version(IntEnum):
    """A version, by its number on the wire; the newest last."""

    SSL3 = 0x0300
    TLS10 = 0x0301
    TLS11 = 0x0302
    TLS12 = 0x0303
    TLS13 = 0x0304

    @property
    def label(self) -> str:
        """What people call it."""
        return "SSL 3.0" if self is Version.SSL3 else f"TLS 1.{self - 0x0301}"


def label(number: int) -> str:
    """Give what people call a version, also one that is not known here."""
    known = next((version for version in Version if version == number), None)
    return known.label if known is not None else f"version 0x{number:04X}"


@cache
def numbers() -> dict[str, int]:
    """Give the number of each name."""
    return tomllib.loads((files("limner.cell.scan") / "suites.toml").read_text("utf-8"))


@cache
def names() -> dict[int, str]:
    """Give the IANA name of each number."""
    return {number: name for name, number in numbers().items()}


def name(number: int) -> str:
    """Give a suite's name, or its number where it has none."""
    return names().get(number, f"0x{number:04X}")


def offered(version: Version) -> tuple[int, ...]:
    """Give what can be asked for in a version: TLS 1.3 has suites of its own, and no other version has those."""
    return tuple(number for number in names() if (number >> 8 == 0x13) == (version is Version.TLS13))


def is_weak(suite: str) -> bool:
    """Say whether a suite protects from nobody: no encryption, no authentication, export grade, RC4, DES."""
    words = suite.split("_")
    return bool({"NULL", "anon", "EXPORT", "EXPORT1024", "RC4", "RC2", "DES", "DES40"} & set(words))
