"""A chain is believed as Java's PKIX does it: by any signer on its path, with its dates, its use and its host name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from cell.suites.authority import NOW, issue, root
from limner.cell.suites.refusal import On, Reason
from limner.cell.suites.trust import host_refusal, key_kind, refusals

ROOT = root("Acme Root")
OTHER = root("Other Root", number=101)
NAMESAKE = root("Acme Root", number=102)
MIDDLE = issue(ROOT, "Acme Issuing CA", kind="EC", number=103, ca=True)
LEAF = issue(MIDDLE, "*.acme.example", hosts=("*.acme.example",))


def reasons(chain: tuple, signers: set, by: On = On.CLIENT) -> list[Reason]:
    return [each.reason for each in refusals(tuple(chain), frozenset(signers), NOW, by)]


@pytest.mark.parametrize("signer", [ROOT, MIDDLE, LEAF], ids=["root", "intermediate", "the certificate itself"])
def test_any_certificate_of_the_path_may_be_the_signer(signer: object) -> None:
    assert reasons(LEAF.chain, {signer.certificate}) == []  # type: ignore[attr-defined]


def test_a_chain_without_its_intermediate_is_believed_only_by_who_has_that() -> None:
    assert reasons((LEAF.certificate,), {ROOT.certificate}) == [Reason.TRUST]
    assert reasons((LEAF.certificate,), {MIDDLE.certificate}) == []


def test_the_order_of_what_is_sent_behind_the_leaf_does_not_matter() -> None:
    assert reasons((LEAF.certificate, OTHER.certificate, MIDDLE.certificate), {ROOT.certificate}) == []


@pytest.mark.parametrize("signer", [OTHER, NAMESAKE], ids=["another", "one of the same name and another key"])
def test_a_wrong_signer_is_none(signer: object) -> None:
    found = refusals(LEAF.chain, frozenset({signer.certificate}), NOW, On.SERVER)  # type: ignore[attr-defined]
    assert [(each.reason, each.by) for each in found] == [(Reason.TRUST, On.SERVER)]
    assert found[0].text == "the server has no signer of *.acme.example (issued by Acme Issuing CA)"


def test_a_leaf_cannot_be_an_issuer() -> None:
    false = issue(LEAF, "forged.acme.example", kind="EC", number=104)
    assert reasons((false.certificate, *LEAF.chain), {ROOT.certificate}) == [Reason.TRUST]


def test_dates_count_for_what_is_on_the_path() -> None:
    old = issue(MIDDLE, "old", start=NOW - timedelta(days=20), days=10)
    early = issue(MIDDLE, "early", start=NOW + timedelta(days=1))
    ended = issue(ROOT, "Ended CA", kind="EC", number=103, ca=True, start=NOW - timedelta(days=20), days=10)
    assert [each.text for each in refusals(old.chain, frozenset({ROOT.certificate}), NOW, On.CLIENT)] == [
        "old expired on 2026-10-22"
    ]
    found = refusals(early.chain, frozenset({ROOT.certificate}), NOW, On.CLIENT)
    assert "is not valid before 2026-11-02" in found[0].text
    below = issue(ended, "below")
    assert reasons(below.chain, {ROOT.certificate}) == [Reason.DATE]
    assert reasons(below.chain, {ended.certificate}) == [], "an anchor's own dates do not count"


def test_a_certificate_for_servers_only_is_none_for_a_client() -> None:
    """Public authorities issue no other any more: XDADefaultSSLSettings, mutual TLS, cannot live by such a one."""
    server = issue(ROOT, "web", uses=(ExtendedKeyUsageOID.SERVER_AUTH,))
    assert reasons(server.chain, {ROOT.certificate}, On.CLIENT) == []
    assert reasons(server.chain, {ROOT.certificate}, On.SERVER) == [Reason.USE]
    assert reasons(issue(ROOT, "jane", uses=(ExtendedKeyUsageOID.CLIENT_AUTH,)).chain, {ROOT.certificate}) == [
        Reason.USE
    ]


def test_a_wrong_host_is_told_with_the_names_that_there_are() -> None:
    wrong = host_refusal(LEAF.certificate, "st.other.example")
    assert wrong is not None
    assert wrong.text == "the certificate is for *.acme.example, not for st.other.example"
    assert host_refusal(LEAF.certificate, "st.acme.example") is None
    assert host_refusal(LEAF.certificate, "a.b.acme.example") is not None
    assert host_refusal(issue(ROOT, "common.example").certificate, "common.example") is None


def test_kinds_of_keys() -> None:
    assert (key_kind(LEAF.certificate), key_kind(ROOT.certificate)) == ("RSA", "EC")
