from __future__ import annotations

import pytest

from limner.signon.capture.verdict import Kind, Sure, Verdict, span, thing
from limner.signon.evidence import Cause, Weight


def test_lengths_of_time_and_counts_in_words() -> None:
    assert [span(each) for each in (12_000, 1_500_000, 2_000_000_000, 600_000_000_000)] == [
        "12 us",
        "1.5 ms",
        "2.0 s",
        "10 min",
    ]
    assert (thing(1, "packet"), thing(2, "packet")) == ("1 packet", "2 packets")


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_of_a_kind(cause: Cause) -> None:
    assert Verdict(text="x", packets=(1,), when=0, cause=cause).kind not in (Kind.SOUND, Kind.NOT_KNOWN)


def test_the_surer_a_verdict_the_more_its_evidence_weighs() -> None:
    weights = [Verdict(text="x", packets=(1,), when=0, cause=Cause.TLS, sure=sure).evidence("f") for sure in Sure]
    assert [each.weight for each in weights if each] == [Weight.HINT, Weight.STRONG, Weight.CONCLUSIVE]


def test_a_verdict_without_a_cause_is_no_evidence() -> None:
    made = Verdict(text="x", packets=(1, 2), when=0)
    assert (made.kind, made.evidence("f"), made.place) == (Kind.NOT_KNOWN, None, "packets 1, 2")
    assert made.resting_on(7, 1).packets == (1, 2, 7)
    certain = Verdict(text="x", packets=(1,), when=0, cause=Cause.TLS, sure=Sure.CERTAIN, doubt="y")
    assert certain.evidence("f").text == "x (but y)"  # type: ignore[union-attr]
