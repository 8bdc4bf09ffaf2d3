"""What a certificate says: its names, its dates, its key, what it may be used for."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, SignatureAlgorithmOID

from limner.cell.keystores.errors import DamagedError
from limner.cell.keystores.store import MOST_CERTIFICATE_BYTES

Extension = TypeVar("Extension", bound=x509.ExtensionType)

_USES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "server",
    ExtendedKeyUsageOID.CLIENT_AUTH: "client",
    ExtendedKeyUsageOID.CODE_SIGNING: "code signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "mail",
    ExtendedKeyUsageOID.TIME_STAMPING: "time stamps",
    ExtendedKeyUsageOID.OCSP_SIGNING: "OCSP",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "any",
}
_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_MD5: "md5WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA1: "sha1WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA256: "sha256WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA384: "sha384WithRSAEncryption",
    SignatureAlgorithmOID.RSA_WITH_SHA512: "sha512WithRSAEncryption",
    SignatureAlgorithmOID.RSASSA_PSS: "rsassaPss",
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: "ecdsa-with-SHA1",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: "ecdsa-with-SHA384",
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: "ecdsa-with-SHA512",
    SignatureAlgorithmOID.ED25519: "ED25519",
    SignatureAlgorithmOID.ED448: "ED448",
}
_KEY_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
WEAK_HASHES = ("md2", "md5", "sha1")
LEAST_RSA = 2048  # bits; NIST SP 800-131A: less is not acceptable since 2014


def load(der: bytes, where: str) -> x509.Certificate:
    """Read a certificate in DER. `where` is how an error names it. Raises DamagedError."""
    if len(der) > MOST_CERTIFICATE_BYTES:
        raise DamagedError(f"{where}: a certificate of {len(der)} bytes is no certificate")
    try:
        with _old_ones_too():
            certificate = x509.load_der_x509_certificate(der)
            _ = certificate.subject, certificate.issuer  # read only now, and so only now known to be sound
            _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (ValueError, TypeError, KeyError, x509.InvalidVersion) as why:
        raise DamagedError(f"{where}: a certificate in it cannot be read: {why}") from None
    return certificate


@contextmanager
def _old_ones_too() -> Iterator[None]:
    """Keep `cryptography` from warning of what is in real trust stores, such as serial numbers below 1."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield


def serial(certificate: x509.Certificate) -> int:
    """Give a certificate's serial number."""
    with _old_ones_too():
        return certificate.serial_number


def text(name: x509.Name) -> str:
    """Give a distinguished name as it is mostly written, the most specific part first."""
    return name.rfc4514_string() or "(no name)"


def short(certificate: x509.Certificate) -> str:
    """Give the common name of a certificate, or its whole name."""
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else text(certificate.subject)


def extension(certificate: x509.Certificate, kind: type[Extension]) -> Extension | None:
    """Give an extension, or None where there is none, or it cannot be read."""
    try:
        with _old_ones_too():
            return certificate.extensions.get_extension_for_class(kind).value
    except (
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
        ValueError,
        TypeError,
        KeyError,
    ):
        return None


def hosts(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give the names of hosts and the IP addresses that a certificate is for.

    As RFC 9525 and Java have it: the common name counts only where there is no subject alternative name.
    """
    names = extension(certificate, x509.SubjectAlternativeName)
    if names is not None:
        addresses = (str(address) for address in names.get_values_for_type(x509.IPAddress))
        found = (*names.get_values_for_type(x509.DNSName), *addresses)
        if found:
            return found
    return tuple(str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME))


def is_authority(certificate: x509.Certificate) -> bool:
    """Say whether a certificate may issue others. Version 1 had no word for it: then, whether it issued itself."""
    constraints = extension(certificate, x509.BasicConstraints)
    return certificate.subject == certificate.issuer if constraints is None else constraints.ca


def key(certificate: x509.Certificate) -> tuple[str, int | None]:
    """Give the type of a certificate's key, and its size in bits where that says something."""
    try:
        public = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return certificate.public_key_algorithm_oid.dotted_string, None
    match public:
        case rsa.RSAPublicKey():
            return "RSA", public.key_size
        case ec.EllipticCurvePublicKey():
            return f"EC {public.curve.name}", public.key_size
        case dsa.DSAPublicKey():
            return "DSA", public.key_size
        case _:
            return type(public).__name__.removesuffix("PublicKey").lstrip("_"), None


def signature(certificate: x509.Certificate) -> str:
    """Give the hash that a certificate is signed with, such as sha256; for newer kinds the kind."""
    try:
        algorithm: hashes.HashAlgorithm | None = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return certificate.signature_algorithm_oid.dotted_string
    return algorithm.name if algorithm else certificate.signature_algorithm_oid.dotted_string


def signature_name(certificate: x509.Certificate) -> str:
    """Give the algorithm that a certificate is signed with by openssl's name: sha256WithRSAEncryption."""
    oid = certificate.signature_algorithm_oid
    return _SIGNATURES.get(oid, oid.dotted_string)


def usages(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give what a certificate's key may be used for: key usage, then extended key usage."""
    found: list[str] = []
    usage = extension(certificate, x509.KeyUsage)
    if usage is not None:
        found += [name.replace("_", " ") for name in _KEY_USES if getattr(usage, name)]
    extended = extension(certificate, x509.ExtendedKeyUsage)
    if extended is not None:
        found += [_USES.get(use, use.dotted_string) for use in extended]
    return tuple(found)


def weaknesses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Say what is weak about a certificate's key and, unless it signed itself, its signature."""
    kind, bits = key(certificate)
    found = []
    if bits is not None and bits < (224 if kind.startswith("EC") else LEAST_RSA):
        found.append(f"its key is weak: {kind} with {bits} bits")
    if signature(certificate) in WEAK_HASHES and certificate.subject != certificate.issuer:
        found.append(f"its signature is weak: {signature(certificate)}")
    return tuple(found)


def days_left(certificate: x509.Certificate, now: datetime) -> int:
    """Give the whole days until a certificate ends; less than 0: it has ended."""
    return (certificate.not_valid_after_utc - now).days


def fingerprint(certificate: x509.Certificate) -> str:
    """Give a certificate's SHA-256 as Java and openssl print it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)
