"""The tree of a file: every certificate once, under the one that issued it."""

from __future__ import annotations

from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, make

from limner.cell.keystores.tree import tree_of

A, B = make("A", authority=True), make("B", authority=True)
CIRCLE = [make("A", B, authority=True, key=A.key).certificate, make("B", A, authority=True, key=B.key).certificate]
ALL = [each.certificate for each in (WILDCARD, ISSUING, ROOT, ISSUING.issue("second"))] + CIRCLE


@given(st.lists(st.sampled_from(ALL), unique=True))
def test_each_certificate_is_in_the_tree_once(certificates: list[x509.Certificate]) -> None:
    found = [branch.certificate for top in tree_of(certificates) for _, branch in top.walk()]
    placed = [each for each in found if each is not None]
    assert sorted(map(hash, placed)) == sorted(map(hash, certificates))


def test_an_issuer_that_is_not_there_stands_at_the_top_by_its_name() -> None:
    (top,) = tree_of([WILDCARD.certificate, ISSUING.certificate])
    assert top.certificate is None
    assert top.name == ROOT.certificate.subject
    assert [depth for depth, _ in top.walk()] == [0, 1, 2]
