"""The certificates of a file as a tree: each under the one that issued it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography import x509

from limner.cell.keystores.chain import issued


@dataclass(frozen=True)
class Branch:
    """A certificate and what it issued; without a certificate, an issuer that is not in the file, by its name."""

    certificate: x509.Certificate | None
    name: x509.Name
    issued: tuple[Branch, ...]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Branch]]:
        """Yield each branch with its depth, from the top."""
        yield depth, self
        for below in self.issued:
            yield from below.walk(depth + 1)


def tree_of(certificates: Sequence[x509.Certificate]) -> tuple[Branch, ...]:
    """Give the trees of a file, in the file's order; each certificate is in them once."""
    by_subject: dict[x509.Name, list[x509.Certificate]] = {}
    for each in certificates:
        by_subject.setdefault(each.subject, []).append(each)
    below: dict[x509.Certificate, list[x509.Certificate]] = {each: [] for each in certificates}
    tops: list[x509.Certificate] = []
    missing: dict[x509.Name, list[x509.Certificate]] = {}
    for each in certificates:
        if each.subject == each.issuer and issued(each, each):
            tops.append(each)
            continue
        parents = by_subject.get(each.issuer, [])
        parent = next((one for one in parents if one != each and issued(each, one)), None)
        if parent is None:
            missing.setdefault(each.issuer, []).append(each)
        else:
            below[parent].append(each)

    placed: set[x509.Certificate] = set()

    def grow(certificate: x509.Certificate) -> Branch:
        placed.add(certificate)
        children = tuple(grow(one) for one in below[certificate] if one not in placed)
        return Branch(certificate, certificate.subject, children)

    found = [Branch(None, name, tuple(grow(one) for one in those)) for name, those in missing.items()]
    found += [grow(top) for top in tops]
    found += [grow(each) for each in certificates if each not in placed]  # two authorities that issued each other
    return tuple(found)
