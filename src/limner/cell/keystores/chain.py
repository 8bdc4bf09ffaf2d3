"""Who issued whom: the chain from a certificate to its root, and what of it is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from limner.cell.keystores.certificate import extension, is_authority

MOST_DEPTH = 20  # certificates in a chain; real ones have two to five


@dataclass(frozen=True)
class Chain:
    """The way from a certificate (first) towards its root. `missing` is the name of the issuer that is not there."""

    certificates: tuple[x509.Certificate, ...]
    missing: x509.Name | None

    @property
    def complete(self) -> bool:
        """Whether it ends in a certificate that issued itself."""
        return self.missing is None


def issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether one certificate issued another: by name, by signature, and it must be allowed to issue.

    A signature of a kind that cannot be verified here (MD5, say) is taken on the word of the key identifiers.
    """
    if certificate.issuer != issuer.subject or not (is_authority(issuer) or certificate == issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return _key_identifiers_agree(certificate, issuer)
    return True


def chain_of(certificate: x509.Certificate, pool: Iterable[x509.Certificate]) -> Chain:
    """Find the way to a root among the certificates of a pool, in whatever order they are.

    Where several ways lead on (cross-signed authorities), one that reaches a root is taken; else the longest.
    """
    by_subject: dict[x509.Name, list[x509.Certificate]] = {}
    for each in dict.fromkeys(pool):
        by_subject.setdefault(each.subject, []).append(each)
    for same in by_subject.values():
        same.sort(key=lambda each: each.not_valid_after_utc, reverse=True)
    dead: set[x509.Certificate] = set()  # leads to no root: no need to try again
    best = _climb((certificate,), by_subject, dead)
    last = best[-1]
    return Chain(best, None if issued(last, last) else last.issuer)


def _climb(
    way: tuple[x509.Certificate, ...],
    by_subject: dict[x509.Name, list[x509.Certificate]],
    dead: set[x509.Certificate],
) -> tuple[x509.Certificate, ...]:
    last = way[-1]
    if issued(last, last) or len(way) == MOST_DEPTH:
        return way
    best = way
    for issuer in by_subject.get(last.issuer, []):
        if issuer in way or issuer in dead or not issued(last, issuer):
            continue
        found = _climb((*way, issuer), by_subject, dead)
        if issued(found[-1], found[-1]):
            return found
        dead.add(issuer)
        best = max(best, found, key=len)
    return best


def in_order(sent: Sequence[x509.Certificate]) -> bool:
    """Say whether each certificate issued the one before it, as TLS before 1.3 wants it (RFC 5246, section 7.4.2)."""
    return all(issued(below, above) for below, above in pairwise(sent))


def _key_identifiers_agree(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    wanted = extension(certificate, x509.AuthorityKeyIdentifier)
    has = extension(issuer, x509.SubjectKeyIdentifier)
    if wanted is None or wanted.key_identifier is None or has is None:
        return True
    return wanted.key_identifier == has.digest
