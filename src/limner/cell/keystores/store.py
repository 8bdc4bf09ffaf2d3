"""What a file of certificates holds, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

MOST_BYTES = 8 * 1024 * 1024  # of a file; Java's own trust store has 170 KB
MOST_CERTIFICATES = 2000  # in a file; Java's own trust store has about 150
MOST_CERTIFICATE_BYTES = 256 * 1024


class Form(StrEnum):
    """The formats of files, by the names that Java and openssl have for them."""

    PKCS12 = "PKCS12"
    JKS = "JKS"
    JCEKS = "JCEKS"
    PEM = "PEM"
    DER = "DER"


class Kind(StrEnum):
    """What an entry is for."""

    KEY = "key"
    """A private key, with its certificates if the file has them."""
    TRUSTED = "trusted certificate"
    """A certificate that Java takes for one to trust: a signer, as WebSphere calls it."""
    CERTIFICATE = "certificate"
    """A certificate that nothing says more of."""


@dataclass(frozen=True)
class Entry:
    """One entry of a store.

    `alias` is the name in the file, if it has one. `certificates` are in the file's order, for a key its own first.
    `open_key` decrypts the private key; it raises KeyStoreError if it cannot.
    """

    kind: Kind
    alias: str | None
    certificates: tuple[x509.Certificate, ...]
    open_key: Callable[[], PrivateKeyTypes] | None = None


@dataclass(frozen=True)
class Store:
    """A file's entries in its order, and how it is protected: the names of its ciphers and of its check sum."""

    form: Form
    entries: tuple[Entry, ...]
    protection: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[Entry, ...]:
        """The entries that have a private key."""
        return tuple(entry for entry in self.entries if entry.kind is Kind.KEY)

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Every certificate once, in the file's order."""
        return tuple(dict.fromkeys(each for entry in self.entries for each in entry.certificates))
