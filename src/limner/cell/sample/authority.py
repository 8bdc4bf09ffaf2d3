"""The sample's certificates: made afresh each time, so that no key is anybody's secret and none has expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_YEARS: Final = timedelta(days=365)
_BITS: Final = 2048


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, and the certificates above it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @property
    def root(self) -> x509.Certificate:
        """The certificate that its chain ends with."""
        return self.above[-1] if self.above else self.certificate


def make_authority(name: str, issuer: Identity | None = None) -> Identity:
    """Make a certificate authority: a root, or an intermediate one below `issuer`."""
    return _make(name, issuer, years=10, authority=True)


def make_identity(name: str, issuer: Identity, hosts: tuple[str, ...], *, years: int = 1) -> Identity:
    """Make the certificate of a server or a client."""
    return _make(name, issuer, years=years, hosts=hosts)


def _make(
    name: str, issuer: Identity | None, *, years: int, authority: bool = False, hosts: tuple[str, ...] = ()
) -> Identity:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme")]
    )
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + years * _YEARS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(above, critical=False)
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    certificate = builder.sign((issuer.key if issuer else key), hashes.SHA256())
    return Identity(key, certificate, (issuer.certificate, *issuer.above) if issuer else ())
