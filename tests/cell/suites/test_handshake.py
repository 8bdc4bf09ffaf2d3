"""What comes of a handshake, and the laws that hold of any two sides."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from cell.suites.authority import NOW, issue, root
from limner.cell.model import ClientAuth
from limner.cell.suites import (
    Answer,
    Jdk,
    On,
    Outcome,
    Reason,
    Side,
    Suites,
    Version,
    Versions,
    handshake,
    suites_of,
    versions_of,
)
from limner.cell.suites.protocols import NAMES
from limner.cell.suites.suite import table

ROOT, OTHER = root("Root"), root("Other")
RSA, EC = issue(ROOT, "rsa.example", hosts=("st.example",)), issue(ROOT, "ec.example", kind="EC", number=7)
STRAY = issue(OTHER, "stray.example")
ALL = frozenset({ROOT.certificate, OTHER.certificate})
CHAINS = (RSA.chain, EC.chain, STRAY.chain, ())
LIST = list(Version)

runs = st.integers(0, 4).flatmap(lambda low: st.integers(low, 4).map(lambda high: LIST[low : high + 1]))
lists = st.lists(st.sampled_from(table()), min_size=1, max_size=12, unique=True).map(lambda some: Suites(tuple(some)))
signers = st.sets(st.sampled_from([ROOT.certificate, OTHER.certificate])).map(frozenset)
sides = st.builds(
    Side, versions=runs.map(lambda run: Versions.known(*run)), suites=lists, chain=st.sampled_from(CHAINS),
    signers=signers, asks=st.sampled_from(ClientAuth),
)  # fmt: skip
SHARED = Suites.named(["TLS_RSA_WITH_AES_128_CBC_SHA"]).listed  # of every version up to TLS 1.2
believers = st.builds(
    Side, versions=st.sampled_from([(10, 10), (10, 11), (10, 12), (11, 12), (12, 12)]).map(
        lambda span: Versions.known(*LIST[span[0] - 9 : span[1] - 8])
    ),
    suites=lists.map(lambda some: Suites(tuple(dict.fromkeys((*some.listed, *SHARED))))),
    chain=st.just(RSA.chain), signers=st.just(frozenset({ROOT.certificate})),
    asks=st.sampled_from([ClientAuth.NONE, ClientAuth.REQUIRED]),
)  # fmt: skip
open_sides = st.builds(
    Side, versions=st.sampled_from(NAMES).map(versions_of),
    suites=st.sampled_from(["HIGH", "MEDIUM", "LOW"]).map(suites_of),
    chain=st.sampled_from([*CHAINS, None]), signers=st.one_of(st.none(), signers), asks=st.sampled_from(ClientAuth),
)  # fmt: skip


def side(protocol: str = "TLSv1.2", level: str = "8.0.6.20", **more: object) -> Side:
    jdk = Jdk.parse(level)
    base = Side(versions=versions_of(protocol, jdk), suites=suites_of("HIGH", (), jdk), chain=RSA.chain,
                signers=frozenset({ROOT.certificate}))  # fmt: skip
    return dataclasses.replace(base, **more)  # type: ignore[arg-type]


def tried(client: Side, server: Side) -> Outcome:
    return handshake(client, server, NOW)


def reasons(outcome: Outcome) -> list[tuple[Reason, On]]:
    return [(each.reason, each.by) for each in outcome.refusals]


# -- examples ---------------------------------------------------------------------------------------------------------


def test_the_seed_s_lock_out_a_client_of_tls_1_at_a_server_of_tls_1_2() -> None:
    outcome = tried(side("SSL_TLS"), side("TLSv1.2"))
    assert (outcome.answer, reasons(outcome)) == (Answer.NO, [(Reason.VERSION, On.BOTH)])
    assert outcome.refusals[0].text == "no common protocol: the client has TLSv1, the server TLSv1.2"


def test_the_highest_common_version_and_the_client_s_first_suite() -> None:
    outcome = tried(side("SSL_TLSv2"), side("SSL_TLSv2"))
    assert (outcome.answer, outcome.protocol) == (Answer.YES, Version.TLS12)
    assert outcome.suite is not None
    assert outcome.suite.name == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "the certificate's key is RSA"


def test_a_protocol_that_enables_nothing_lets_nobody_in() -> None:
    outcome = tried(side("SSL_TLSv2"), side("SSL_TLS", "8.0.6.30"))
    assert (outcome.answer, reasons(outcome)) == (Answer.NO, [(Reason.VERSION, On.SERVER)])


def test_what_is_open_stays_open_and_says_why() -> None:
    outcome = tried(side("SSL_TLS"), side("SSL_TLSv2", "8"))
    assert (outcome.answer, outcome.protocol) == (Answer.OPEN, Version.TLS10)
    assert outcome.uncertain == ("server: what SSL_TLSv2 enables is open (SDK 8.0, service not known)",)


def test_a_certain_answer_may_have_an_open_version() -> None:
    outcome = tried(side("SSL_TLSv2", "8"), side("SSL_TLSv2", "8"))
    assert (outcome.answer, outcome.protocol) == (Answer.YES, Version.TLS12), "the least of what it may be"
    assert outcome.uncertain


def test_a_key_that_no_common_suite_can_use() -> None:
    only = Suites.named(["SSL_RSA_WITH_AES_128_CBC_SHA"])
    outcome = tried(side(), side(suites=only, chain=EC.chain))
    assert reasons(outcome) == [(Reason.SUITE, On.SERVER)]
    assert "a key of kind EC" in outcome.refusals[0].text


def test_a_server_without_a_certificate_serves_nobody() -> None:
    assert reasons(tried(side(), side(chain=()))) == [(Reason.CERTIFICATE, On.SERVER)]


def test_mutual_tls_needs_trust_both_ways() -> None:
    must = side(asks=ClientAuth.REQUIRED)
    assert tried(side(), must).answer is Answer.YES
    assert reasons(tried(side(chain=()), must)) == [(Reason.CERTIFICATE, On.SERVER)]
    assert reasons(tried(side(chain=STRAY.chain), must)) == [(Reason.TRUST, On.SERVER)]
    assert tried(side(chain=None), must).answer is Answer.OPEN


def test_a_certificate_that_is_only_asked_for_may_be_wanting() -> None:
    may = side(asks=ClientAuth.SUPPORTED)
    assert tried(side(chain=()), may).answer is Answer.YES
    assert tried(side(chain=STRAY.chain), may).answer is Answer.OPEN


def test_all_that_is_wrong_with_certificates_is_told_at_once() -> None:
    old = issue(OTHER, "old", start=NOW - timedelta(days=20), days=10)
    outcome = tried(side(checks_host=True), side(chain=old.chain, host="st.example"))
    assert reasons(outcome) == [(Reason.TRUST, On.CLIENT), (Reason.DATE, On.CLIENT), (Reason.HOST, On.CLIENT)]


def test_a_host_name_counts_only_for_who_compares_it() -> None:
    elsewhere = side(host="elsewhere.example")
    assert tried(side(), elsewhere).answer is Answer.YES
    assert reasons(tried(side(checks_host=True), elsewhere)) == [(Reason.HOST, On.CLIENT)]
    assert tried(side(checks_host=True), side(host="st.example")).answer is Answer.YES


def test_what_is_not_known_of_certificates_is_open() -> None:
    assert "the server's certificate is not known" in tried(side(), side(chain=None)).uncertain
    assert tried(side(signers=None), side()).answer is Answer.OPEN


def test_a_version_without_a_suite_is_not_offered() -> None:
    """Else TLS 1.3 would be agreed on first, and nothing be found for it."""
    old = Suites.named(["SSL_RSA_WITH_AES_128_CBC_SHA"])
    both = side("TLSv1.2,TLSv1.3", "8.0.6.25")
    assert tried(dataclasses.replace(both, suites=old), both).protocol is Version.TLS12


def test_a_version_left_out_between_others_breaks_a_pair_that_has_a_lower_one() -> None:
    outcome = tried(side("TLSv1,TLSv1.2"), side("TLSv1,TLSv1.1"))
    assert reasons(outcome) == [(Reason.VERSION, On.CLIENT)]
    assert tried(side("TLSv1,TLSv1.1"), side("TLSv1,TLSv1.2")).protocol is Version.TLS10


# -- laws -------------------------------------------------------------------------------------------------------------


@given(sides, sides)
def test_what_is_chosen_is_on_both_sides_and_nobody_has_better(client: Side, server: Side) -> None:
    outcome = tried(client, server)
    if outcome.answer is not Answer.YES:
        assert (outcome.protocol is None) == (outcome.answer is Answer.NO)
        return
    assert outcome.protocol in client.versions.sure & server.versions.sure
    assert outcome.suite in client.suites.listed
    assert outcome.suite in server.suites.listed
    assert outcome.suite.fits(outcome.protocol)
    shared = set(client.suites.listed) & set(server.suites.listed)
    for version in client.versions.sure & server.versions.sure:
        fit = any(each.fits(version) for each in shared)
        assert version <= outcome.protocol or not fit or version is Version.TLS13


@given(sides, sides)
def test_known_sides_have_a_known_answer_but_for_certificates_that_are_only_asked_for(
    client: Side, server: Side
) -> None:
    assume(server.asks is not ClientAuth.SUPPORTED)
    outcome = tried(client, server)
    assert outcome.answer is not Answer.OPEN
    assert (outcome.answer is Answer.NO) == bool(outcome.refusals)


@given(sides, sides)
def test_the_version_is_the_same_whoever_calls(one: Side, other: Side) -> None:
    """With certificates out of the way: the common versions and suites are common in both directions."""
    believing = {"chain": RSA.chain, "signers": frozenset({ROOT.certificate}), "asks": ClientAuth.NONE}
    one, other = (dataclasses.replace(each, **believing) for each in (one, other))
    there, back = tried(one, other), tried(other, one)
    assert (there.answer, there.protocol) == (back.answer, back.protocol)


@given(believers, believers, sides, st.booleans())
def test_widening_a_side_never_breaks_a_pair(client: Side, server: Side, more: Side, at_client: bool) -> None:
    """Of TLS up to 1.2. (Of 1.3 it is no law: two sides that both get it, with no suite in common, break.)"""
    outcome = tried(client, server)
    narrow = client if at_client else server
    reach = narrow.versions.sure | (more.versions.sure - {Version.TLS13})
    wide = dataclasses.replace(
        narrow,
        versions=Versions.known(*(version for version in LIST if min(reach) <= version <= max(reach))),
        suites=Suites(tuple(dict.fromkeys((*narrow.suites.listed, *more.suites.listed)))),
        signers=ALL,
    )
    after = tried(wide, server) if at_client else tried(client, wide)
    if outcome.answer is Answer.YES:
        assert after.answer is Answer.YES
        assert after.protocol is not None
        assert after.protocol >= outcome.protocol


@given(open_sides, open_sides, st.data())
def test_an_answer_that_is_certain_holds_for_all_that_the_sides_may_be(
    client: Side, server: Side, data: st.DataObject
) -> None:
    outcome = tried(client, server)

    def settled(one: Side) -> Side:
        world = data.draw(st.sampled_from(sorted(one.versions.worlds, key=str)))
        full = data.draw(st.booleans())
        return dataclasses.replace(
            one,
            versions=Versions.known(*world),
            suites=Suites(one.suites.listed if full else one.suites.sure),
            chain=data.draw(st.sampled_from(CHAINS[:3])) if one.chain is None else one.chain,
            signers=data.draw(signers) if one.signers is None else one.signers,
        )

    found = tried(settled(client), settled(server))
    if outcome.answer is not Answer.OPEN:
        assert found.answer is outcome.answer
    if not outcome.uncertain and not outcome.refusals:
        assert (found.protocol, found.suite) == (outcome.protocol, outcome.suite)
