"""A store taken apart: its certificates and its key as files by themselves, or packed again for Java."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PBES,
    PKCS12Certificate,
    serialize_java_truststore,
    serialize_key_and_certificates,
)

from limner.cell.keystores import certificate as facts
from limner.cell.keystores.errors import KeyStoreError
from limner.cell.keystores.judge import Subject, subjects
from limner.cell.keystores.matching import fits
from limner.cell.keystores.store import Store

_OLD_ROUNDS = 2048  # openssl's own for such stores; the cipher is the weak part


@dataclass(frozen=True)
class Part:
    """A file to write. `secret`: only its owner may read it. `what` says what it is, in words."""

    name: str
    content: bytes
    what: str
    secret: bool = False


def choose(store: Store, alias: str | None) -> Subject | None:
    """Give the certificate to export and its chain; None for a store of signers only.

    `alias` is what it is called where there are several: its alias, or its common name. Raises KeyStoreError.
    """
    about = subjects(store)
    if alias is not None:
        known = ", ".join(each.label for each in about) or "none"
        about = tuple(each for each in about if alias.lower() in _calls(each))
        if not about:
            raise KeyStoreError(f"no certificate to export is called {alias!r}", hint=f"there are: {known}")
    if len(about) > 1:
        known = ", ".join(each.label for each in about)
        raise KeyStoreError(f"there are {len(about)} certificates to export: {known}", hint="name one with --entry")
    return about[0] if about else None


def _calls(subject: Subject) -> set[str]:
    """Give what a certificate goes by: its alias, and its name."""
    alias = subject.entry.alias if subject.entry else None
    return {name.lower() for name in (alias, facts.short(subject.certificate)) if name}


def key_of(subject: Subject | None) -> PrivateKeyTypes:
    """Decrypt the key of a certificate. Raises KeyStoreError if there is none, or it does not fit."""
    if subject is None or subject.entry is None or subject.entry.open_key is None:
        raise KeyStoreError("there is no private key to export", hint="leave --key out for the certificates alone")
    key = subject.entry.open_key()
    if not fits(key, subject.certificate):
        raise KeyStoreError(f"{subject.label}: the private key does not fit the certificate", hint="it is damaged")
    return key


def certificates(store: Store, subject: Subject | None) -> list[Part]:
    """Give the certificates as PEM: leaf, intermediates and root, or the signers of a store without a leaf."""
    if subject is None:
        return [_pem(f"signer-{at}", each, "signer") for at, each in enumerate(store.certificates, 1)]
    leaf, *above = subject.chain.certificates
    root = [_pem("root", above.pop(), "root")] if above and subject.chain.complete else []
    between = [_pem(f"intermediate-{at}", each, "intermediate") for at, each in enumerate(above, 1)]
    return [_pem("leaf", leaf, "the certificate itself"), *between, *root]


def private(key: PrivateKeyTypes) -> Part:
    """Give a key as PEM (PKCS#8), not encrypted."""
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Part("key.pem", content, "the private key, not encrypted", secret=True)


def packed(
    store: Store, subject: Subject | None, key: PrivateKeyTypes | None, alias: str | None, password: str, *, old: bool
) -> Part:
    """Pack for Java: a key store with `key`, else a store of signers that Java does not read as empty.

    `old`: triple DES and SHA-1, which every Java since 6 reads; else AES-256 and SHA-256. Raises KeyStoreError.
    """
    encryption = _encryption(password, old=old)
    if key is None or subject is None:
        signers = subject.chain.certificates[1:] or subject.chain.certificates if subject else store.certificates
        names = _distinct([meaningful(each) for each in signers] if alias is None or len(signers) > 1 else [alias])
        marked = [PKCS12Certificate(each, name.encode()) for each, name in zip(signers, names, strict=True)]
        return Part("signers.p12", serialize_java_truststore(marked, encryption), "signers, as Java trusts them")
    name = alias or meaningful(subject.certificate)
    leaf, *above = subject.chain.certificates
    try:
        content = serialize_key_and_certificates(name.encode(), key, leaf, above, encryption)  # type: ignore[arg-type]
    except (TypeError, ValueError) as why:
        raise KeyStoreError(f"{subject.label} cannot be packed: {why}") from None
    return Part("keys.p12", content, f"key and chain, with the alias {name!r}", secret=True)


def meaningful(certificate: x509.Certificate) -> str:
    """Make an alias of a certificate's name and the year it ends: `*.acme.example` is `wildcard.acme.example-2027`."""
    words = facts.short(certificate).replace("*", "wildcard").lower()
    return f"{re.sub(r'[^a-z0-9._-]+', '-', words).strip('-.')[:60] or 'entry'}-{certificate.not_valid_after_utc:%Y}"


def _distinct(names: list[str]) -> list[str]:
    return [name if names.index(name) == at else f"{name}-{at + 1}" for at, name in enumerate(names)]


def _pem(name: str, certificate: x509.Certificate, what: str) -> Part:
    return Part(f"{name}.pem", certificate.public_bytes(Encoding.PEM), f"{what}: {facts.short(certificate)}")


def _encryption(password: str, *, old: bool) -> KeySerializationEncryption:
    if not password:
        raise KeyStoreError("a store needs a password that is not empty")
    if not old:
        return BestAvailableEncryption(password.encode())
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(_OLD_ROUNDS)
    builder = builder.key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1())  # noqa: S303
    return builder.build(password.encode())
