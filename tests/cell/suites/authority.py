"""Certificates for tests: authorities, intermediates and leaves with the dates, keys and uses that a test asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@lru_cache
def key(kind: str, number: int = 0) -> Key:
    """One of the keys of a kind: they are slow to make, and nothing of a test depends on which it is."""
    return ec.generate_private_key(ec.SECP256R1()) if kind == "EC" else rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, with those above it."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return (self.certificate, *self.above)


def root(name: str, kind: str = "EC", number: int = 100) -> Issued:
    own = key(kind, number)
    return Issued(_sign(name, own, name, own, ca=True, kind=kind), own)


def issue(
    by: Issued, name: str, *, kind: str = "RSA", number: int = 0, ca: bool = False, hosts: tuple[str, ...] = (),
    start: datetime = NOW - timedelta(days=30), days: int = 365, uses: tuple[x509.ObjectIdentifier, ...] = (),
) -> Issued:  # fmt: skip
    own = key(kind, number)
    issuer = by.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    made = _sign(
        name, own, str(issuer), by.key, ca=ca, kind=kind, hosts=hosts, start=start, days=days, uses=uses
    )  # fmt: skip
    # an authority sends no root: whoever does not have it would not believe it either
    above = by.chain if by.certificate.issuer != by.certificate.subject else ()
    return Issued(made, own, above)


def _sign(
    name: str, own: Key, issuer: str, signing: Key, *, ca: bool, kind: str, hosts: tuple[str, ...] = (),
    start: datetime = NOW - timedelta(days=300), days: int = 3650, uses: tuple[x509.ObjectIdentifier, ...] = (),
) -> x509.Certificate:  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        # OpenSSL tells two authorities of the same name apart by these, and tries no second one
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), False)
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), False)
    return builder.sign(signing, hashes.SHA256())


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
