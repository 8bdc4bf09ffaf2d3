"""What is configured but not live, and what is live but not configured; and silence on what is not known."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.cell.keystores.authority import ISSUING, WILDCARD

from limner.cell.scan.compare import Configured, compare
from limner.cell.scan.suites import Version
from limner.cell.scan.survey import Seen
from limner.cell.scan.target import Target
from limner.cell.scan.verdict import Verdict

TARGET = Target("st.acme.example", 9443)
WHOSE = "WC_defaulthost_secure of stpNode/was_stpProxy (NodeDefaultSSLSettings)"
SETS = st.frozensets(st.sampled_from(list(Version)))


def entry(sure: frozenset[Version] | None = None, maybe: frozenset[Version] | None = None) -> Configured:
    return Configured(
        TARGET, "stpNode/was_stpProxy", "WC_defaulthost_secure", "NodeDefaultSSLSettings", sure=sure, maybe=maybe
    )


def live(*versions: Version, wants_client: bool = False) -> Verdict:
    seen = Seen(TARGET, TARGET.host, "192.0.2.1", spoken=dict.fromkeys(versions, ("X",)), wants_client=wants_client)
    return Verdict(seen, (WILDCARD.certificate,), None, None, ())


def said(configured: Configured, verdict: Verdict) -> list[str]:
    return [finding.text for finding in compare(configured, verdict)]


def test_versions_both_ways() -> None:
    found = said(entry(frozenset({Version.TLS12})), live(Version.TLS10))
    assert found == [
        f"{WHOSE} has TLS 1.2 configured, but it is not live: no",
        f"TLS 1.0 is live, but {WHOSE} does not have it configured",
    ]


@given(SETS, SETS, SETS)
def test_what_may_be_may_be_missing_and_may_be_there(
    sure: frozenset[Version], maybe: frozenset[Version], spoken: frozenset[Version]
) -> None:
    maybe -= sure
    differences = len(sure - spoken) + len(spoken - sure - maybe)
    assert len(said(entry(sure, maybe), live(*spoken))) == differences


def test_certificates_and_client_certificates() -> None:
    right = replace(entry(), certificate=WILDCARD.certificate, asks_client=False)
    assert said(right, live()) == []
    (other,) = said(replace(right, certificate=ISSUING.certificate), live())
    assert other.startswith(f"{WHOSE} has Acme Issuing 1 (until ")
    assert said(right, live(wants_client=True)) == [
        f"{WHOSE} is configured to ask for no client certificate, but asks for one"
    ]
    assert said(replace(right, asks_client=True), live()) == [
        f"{WHOSE} is configured to ask for a client certificate, but asks for none"
    ]


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert said(entry(), live(*Version, wants_client=True)) == []


def test_what_is_not_there() -> None:
    gone = Verdict(Seen(TARGET, TARGET.host, problem="connection refused"), (), None, None, ())
    assert said(entry(), gone) == [f"{WHOSE} is configured but not live: connection refused"]
