"""Chains: found in any order, by signature, and with the name of what is missing."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, Holder, make, openssl

from limner.cell.keystores.chain import chain_of, in_order, issued

OTHER_ROOT = make("Other Root", authority=True)
CROSSED = make("Acme Issuing 1", OTHER_ROOT, authority=True, key=ISSUING.key, days=2500)
IMPOSTOR = make("Acme Issuing 1", make("Acme Root", authority=True), authority=True)
CHAIN = [each.certificate for each in (WILDCARD, ISSUING, ROOT)]
NOISE = [each.certificate for each in (OTHER_ROOT, IMPOSTOR, WILDCARD.issue("below a leaf"))]


@given(st.permutations([*CHAIN, *NOISE]))
def test_the_chain_does_not_hang_on_the_order_or_on_what_else_is_there(pool: list[x509.Certificate]) -> None:
    found = chain_of(WILDCARD.certificate, pool)
    assert list(found.certificates) == CHAIN
    assert found.complete


@given(st.permutations([*CHAIN, *NOISE]), st.integers(1, 2))
def test_what_is_missing_is_named(pool: list[x509.Certificate], at: int) -> None:
    pool = [each for each in pool if each != CHAIN[at]]
    found = chain_of(WILDCARD.certificate, pool)
    assert not found.complete
    assert found.missing == CHAIN[at].subject
    assert list(found.certificates) == CHAIN[:at]


def test_of_two_ways_the_one_that_reaches_a_root_is_taken() -> None:
    """A cross-signed authority whose other root is not there leads nowhere."""
    pool = [each.certificate for each in (WILDCARD, CROSSED, ISSUING, ROOT)]
    assert list(chain_of(WILDCARD.certificate, pool).certificates) == CHAIN
    longest = chain_of(WILDCARD.certificate, [WILDCARD.certificate, CROSSED.certificate])
    assert longest.certificates == (WILDCARD.certificate, CROSSED.certificate)
    assert longest.missing == OTHER_ROOT.certificate.subject


def test_two_that_issued_each_other_do_not_go_on_for_ever() -> None:
    a, b = make("A", authority=True), make("B", authority=True)
    a_by_b, b_by_a = make("A", b, authority=True, key=a.key), make("B", a, authority=True, key=b.key)
    leaf = a.issue("leaf")
    found = chain_of(leaf.certificate, [each.certificate for each in (leaf, a_by_b, b_by_a)])
    assert not found.complete


def test_a_name_without_the_signature_is_no_issuer_and_neither_is_a_leaf() -> None:
    assert not issued(WILDCARD.certificate, IMPOSTOR.certificate)
    leaf: Holder = WILDCARD.issue("below a leaf")
    assert not issued(leaf.certificate, WILDCARD.certificate)


def test_an_old_signature_is_a_signature(tmp_path: Path) -> None:
    """SHA-1, which `cryptography` does not sign with any more."""
    (tmp_path / "root.pem").write_bytes(ROOT.pem + ROOT.key_pem)
    (tmp_path / "key.pem").write_bytes(WILDCARD.key_pem)
    out, root = tmp_path / "old.pem", tmp_path / "root.pem"
    openssl("req", "-x509", "-new", "-key", tmp_path / "key.pem", "-subj", "/CN=old", "-sha1", "-CA", root,
            "-CAkey", root, "-out", out)  # fmt: skip
    old = x509.load_pem_x509_certificate(out.read_bytes())
    assert issued(old, ROOT.certificate)
    assert not issued(old, make("Acme Root", authority=True).certificate)


@given(st.permutations(CHAIN))
def test_only_one_order_is_in_order(sent: list[x509.Certificate]) -> None:
    assert in_order(sent) == (sent == CHAIN)
    assert in_order(sent[:1])
