from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.diagnose.weigh import EXPLAINS, Sure, weigh
from limner.signon.evidence import Cause, Evidence, Weight

evidence = st.builds(
    Evidence,
    file=st.sampled_from(["trace", "capture", "settings"]),
    cause=st.sampled_from(list(Cause)),
    text=st.sampled_from("abc"),
    supports=st.booleans(),
    weight=st.sampled_from(list(Weight)),
)
SYMPTOMS = {"trace", "capture"}
LINE = Evidence(file="trace", cause=Cause.NAME_CHECK, text="x", weight=Weight.CONCLUSIVE)


@given(st.lists(evidence, max_size=20), st.randoms())
def test_the_order_of_evidence_does_not_matter(found: list[Evidence], chance: object) -> None:
    before = weigh(found, SYMPTOMS)
    chance.shuffle(found)  # type: ignore[attr-defined]
    assert [(each.cause, each.score, each.sure) for each in weigh(found, SYMPTOMS)] == [
        (each.cause, each.score, each.sure) for each in before
    ]


@given(st.lists(evidence, max_size=20))
def test_saying_the_same_twice_changes_nothing(found: list[Evidence]) -> None:
    assert weigh(found * 2, SYMPTOMS) == weigh(found, SYMPTOMS)


@given(st.lists(evidence, max_size=20), evidence)
def test_what_speaks_against_never_helps(found: list[Evidence], more: Evidence) -> None:
    against = replace(more, supports=False)
    before = {each.cause: each.score for each in weigh(found, SYMPTOMS)}
    after = {each.cause: each.score for each in weigh([*found, against], SYMPTOMS)}
    assert all(after[cause] <= score for cause, score in before.items())


@given(st.lists(evidence, max_size=20))
def test_a_cause_that_nothing_speaks_for_is_not_named(found: list[Evidence]) -> None:
    """Absence asserts nothing: what only speaks against other causes makes none."""
    named = {each.cause for each in weigh(found, SYMPTOMS)}
    assert named == {each.cause for each in found if each.supports}


@given(st.lists(evidence, max_size=20))
def test_settings_alone_are_never_more_than_possible(found: list[Evidence]) -> None:
    for each in weigh([replace(one, file="settings") for one in found], SYMPTOMS):
        assert each.sure in (Sure.POSSIBLE, Sure.UNLIKELY) or any(
            one.weight is Weight.CONCLUSIVE for one in each.speaks_for
        )


def test_certain_needs_words_and_nothing_of_weight_against() -> None:
    assert weigh([LINE], SYMPTOMS)[0].sure is Sure.CERTAIN
    against = replace(LINE, file="settings", supports=False, weight=Weight.STRONG)
    assert weigh([LINE, against], SYMPTOMS)[0].sure is Sure.LIKELY
    assert weigh([replace(LINE, weight=Weight.HINT)], SYMPTOMS)[0].sure is Sure.UNLIKELY


def test_ten_tries_are_not_ten_times_the_evidence_and_two_files_are_more_than_one() -> None:
    tries = [replace(LINE, weight=Weight.SIGN, place=f"line {number}") for number in range(10)]
    assert weigh(tries, SYMPTOMS)[0].score == Weight.SIGN + 2
    assert weigh([tries[0], replace(tries[1], file="capture")], SYMPTOMS)[0].score == 2 * Weight.SIGN


def test_a_copy_of_a_file_is_no_second_witness() -> None:
    """The same at the same moment is the same observation; what has no time is told apart by its file."""
    seen = replace(LINE, weight=Weight.SIGN, time=5.0)
    assert weigh([seen, replace(seen, file="copy")], SYMPTOMS) == weigh([seen], SYMPTOMS)
    assert weigh([seen, replace(seen, file="copy", time=6.0)], SYMPTOMS)[0].score == 2 * Weight.SIGN


def test_a_cause_takes_over_what_it_explains_if_it_has_signs_of_its_own() -> None:
    down = replace(LINE, cause=Cause.SERVER_DOWN, weight=Weight.STRONG)
    cached = replace(LINE, cause=Cause.CACHED_ADDRESS, weight=Weight.STRONG)
    assert weigh([down, cached], SYMPTOMS)[0].cause is Cause.CACHED_ADDRESS
    assert weigh([down, replace(cached, weight=Weight.SIGN)], SYMPTOMS)[0].cause is Cause.SERVER_DOWN
    assert all(cause not in EXPLAINS.get(other, ()) for cause, others in EXPLAINS.items() for other in others)
