"""Whether a side believes a certificate chain: signers, dates, use, host name.

As Java's PKIX does it: anything in the trust store is an anchor, be it a root, an intermediate or the certificate
itself; an anchor's own dates do not count; issuers that the other side did not send are not fetched.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from limner.cell.keystores.certificate import hosts, is_authority, short, text
from limner.cell.keystores.hosts import covers
from limner.cell.suites.refusal import On, Reason, Refusal

Chain = tuple[x509.Certificate, ...]
Signers = frozenset[x509.Certificate]
LONGEST: Final = 10  # certificates of a path: OpenSSL's and Java's limits are of that size


@lru_cache(maxsize=4096)
def refusals(chain: Chain, signers: Signers, at: datetime, by: On) -> tuple[Refusal, ...]:
    """Say why the side `by` does not believe a chain, leaf first, at a moment; nothing if it does.

    `at` knows its time zone. A client wants a certificate for a server, and a server one for a client.
    """
    leaf = chain[0]
    found = []
    path = _path(leaf, chain[1:], signers)
    if path is None:
        found.append(Refusal(Reason.TRUST, by, f"the {by} has no signer of {short(leaf)} (issued by {_issuer(leaf)})"))
    for each in path if path is not None else (leaf,):
        if not each.not_valid_before_utc <= at.astimezone(UTC) <= each.not_valid_after_utc:
            ended = each.not_valid_after_utc < at
            when = each.not_valid_after_utc if ended else each.not_valid_before_utc
            word = "expired" if ended else "is not valid before"
            found.append(Refusal(Reason.DATE, by, f"{short(each)} {word}{' on' if ended else ''} {when:%Y-%m-%d}"))
    wanted = ExtendedKeyUsageOID.SERVER_AUTH if by is On.CLIENT else ExtendedKeyUsageOID.CLIENT_AUTH
    if not _is_for(leaf, wanted):
        what = "servers" if by is On.CLIENT else "clients"
        found.append(Refusal(Reason.USE, by, f"{short(leaf)} is not a certificate for {what} (extended key usage)"))
    return tuple(found)


def _path(leaf: x509.Certificate, sent: Chain, signers: Signers) -> Chain | None:
    """Find the certificates from the leaf to one that a signer vouches for, without the signer; None if there is none.

    A leaf that is a signer itself has an empty path: nothing of it is looked at but its being there.
    """
    if leaf in signers:
        return ()
    paths: list[Chain] = [(leaf,)]
    while paths:
        path = paths.pop()
        if any(_signed(path[-1], each) for each in signers):
            return path
        if len(path) < LONGEST:
            paths += [
                (*path, each) for each in sent if each not in path and _signed(path[-1], each) and is_authority(each)
            ]
    return None


@lru_cache(maxsize=16384)
def _signed(below: x509.Certificate, above: x509.Certificate) -> bool:
    if below.issuer != above.subject:
        return False
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_for(leaf: x509.Certificate, wanted: x509.ObjectIdentifier) -> bool:
    """Whether a certificate may be used so: it says so, or says nothing of its use (RFC 5280, 4.2.1.12)."""
    try:
        uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except (ValueError, x509.DuplicateExtension):
        return False
    return wanted in uses or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in uses


def host_refusal(leaf: x509.Certificate, host: str) -> Refusal | None:
    """Say why a client that compares host names refuses a certificate; a `*` stands for one label (RFC 6125)."""
    names = hosts(leaf)
    if any(covers(name, host) for name in names):
        return None
    told = ", ".join(names) or "no host"
    return Refusal(Reason.HOST, On.CLIENT, f"the certificate is for {told}, not for {host}")


@lru_cache(maxsize=4096)
def key_kind(leaf: x509.Certificate) -> str:
    """Give the kind of a certificate's key: RSA, EC, DSA or other."""
    try:
        key = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "other"
    kinds = ((rsa.RSAPublicKey, "RSA"), (ec.EllipticCurvePublicKey, "EC"), (dsa.DSAPublicKey, "DSA"))
    return next((word for kind, word in kinds if isinstance(key, kind)), "other")


def _issuer(certificate: x509.Certificate) -> str:
    common = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else text(certificate.issuer)
