"""Cipher suites: the table, their names in three spellings, and lists of them that may not be known for certain."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, Self

from limner.cell.suites.version import Version

ANY: Final = "any"  # TLS 1.3: a suite says nothing of keys
_STRENGTHS: Final = (
    ("3DES", 112), ("AES_256", 256), ("AES_128", 128), ("CHACHA20", 256), ("RC4_128", 128), ("RC4_40", 40),
    ("DES40", 40), ("RC2_CBC_40", 40), ("DES_CBC", 56), ("NULL", 0),
)  # fmt: skip


@dataclass(frozen=True, eq=False)  # there is one object of each: comparing them must cost nothing
class Suite:
    """A cipher suite. `name` is IANA's, `code` its number, `openssl` OpenSSL's name, "" where it has none.

    `key` is the kind of key that the server's certificate must have: RSA, EC, DSA, none (anonymous suites) or any.
    `exchange` is how the session's key comes about, `bits` the cipher's strength, `first` and `last` are the versions
    that it can be used with.
    """

    name: str
    code: int
    openssl: str
    exchange: str
    key: str
    bits: int
    first: Version
    last: Version

    def fits(self, version: Version) -> bool:
        """Whether it can be used with a version."""
        return self.first <= version <= self.last

    @property
    def ibm(self) -> str:
        """IBM's name: with `SSL_` but for the suites of TLS 1.3."""
        return self.name if self.first is Version.TLS13 else "SSL_" + self.name.removeprefix("TLS_")


@dataclass(frozen=True)
class Suites:
    """A list of suites, most wanted first; `maybe` are those of it that may be missing.

    `notes` say what is open, a sentence each.
    """

    listed: tuple[Suite, ...]
    maybe: frozenset[Suite] = frozenset()
    notes: tuple[str, ...] = ()

    @classmethod
    def named(cls, names: Iterable[str]) -> Self:
        """Make the list of these names. Raises KeyError for one that is not in the table."""
        return cls(tuple(dict.fromkeys(suite(name) for name in names)))

    @property
    def sure(self) -> tuple[Suite, ...]:
        """Those that are in it for certain, in order."""
        return tuple(each for each in self.listed if each not in self.maybe)


@lru_cache(maxsize=1)
def table() -> tuple[Suite, ...]:
    """Give all suites, most wanted first, as IBM's SDK 8 orders its kinds."""
    data = tomllib.loads(resources.files(__package__).joinpath("suites.toml").read_text("utf-8"))
    return tuple(_suite(code, name, openssl) for code, name, openssl in data["suites"])


@lru_cache(maxsize=1024)
def suite(name: str) -> Suite:
    """Give a suite by its IANA name, its IBM or JSSE name, or OpenSSL's. Raises KeyError.

    `SSL_X` and `TLS_X` are the same suite (IBM, "How to remove weak cipher suites").
    """
    return _names()[name.strip().upper().replace("SSL_", "TLS_", 1)]


@lru_cache(maxsize=1)
def _names() -> dict[str, Suite]:
    """Every spelling in capitals: OpenSSL's names have no underscores, so the two never meet."""
    return {name.upper(): each for each in table() for name in (each.name, each.openssl) if name}


def _suite(code: int, name: str, openssl: str) -> Suite:
    if "_WITH_" not in name:
        return Suite(name, code, openssl, ANY, ANY, _bits(name), Version.TLS13, Version.TLS13)
    exchange, cipher = name.removeprefix("TLS_").split("_WITH_")
    export = exchange.endswith("_EXPORT")
    exchange = exchange.removesuffix("_EXPORT")
    last = Version.TLS10 if export else Version.TLS11 if "DES_CBC" in cipher and "3DES" not in cipher else Version.TLS12
    return Suite(name, code, openssl, exchange, _key(exchange), _bits(cipher), _first(exchange, cipher), last)


def _key(exchange: str) -> str:
    if exchange.endswith("anon"):
        return "none"
    if exchange.endswith("DSS"):
        return "DSA"
    # of static ECDH the certificate's own key is EC, whatever signed it (RFC 8422, 2.1)
    return "EC" if exchange.endswith("ECDSA") or exchange.startswith("ECDH_") else "RSA"


def _first(exchange: str, cipher: str) -> Version:
    """Give the version that a suite came with: AEAD and SHA-2 with TLS 1.2 (RFC 5246), elliptic curves with TLS 1.0."""
    if cipher.endswith(("SHA256", "SHA384")):
        return Version.TLS12
    return Version.TLS10 if exchange.startswith("ECDH") else Version.SSL3


def _bits(cipher: str) -> int:
    return next(bits for part, bits in _STRENGTHS if part in cipher)
