"""Pieces of regular expressions mean what they say, however they are put together."""

import re

from hypothesis import given
from hypothesis import strategies as st

from limner.pattern.piece import EMPTY, either, literal, one_of, optional, posix, repeated, sequence, shortest

leaves = st.sampled_from("019a.:").map(literal) | st.sets(st.sampled_from("0123456789abcdef"), min_size=1).map(one_of)


def meaning(piece, texts):
    return {text for text in texts if re.fullmatch(piece.text, text)}


TEXTS = ["", *"019a.:", "00", "01", "10", "a.", ".a", "11", "000", "0.0", "111", "::", "a:1", "1111"]
pieces = st.recursive(
    leaves,
    lambda inner: (
        st.builds(sequence, inner, inner)
        | st.lists(inner, min_size=1, max_size=3).map(either)
        | st.builds(optional, inner)
        | st.builds(repeated, inner, st.integers(1, 3))
    ),
    max_leaves=6,
)


@given(pieces, pieces)
def test_a_sequence_is_one_text_behind_the_other(one, other):
    whole = sequence(one, other)
    for text in TEXTS:
        cuts = any(
            re.fullmatch(one.text, text[:at]) and re.fullmatch(other.text, text[at:]) for at in range(len(text) + 1)
        )
        assert bool(re.fullmatch(whole.text, text)) == cuts


@given(pieces, pieces)
def test_either_is_the_union(one, other):
    assert meaning(either([one, other]), TEXTS) == meaning(one, TEXTS) | meaning(other, TEXTS)
    assert meaning(either([EMPTY, one]), TEXTS) == meaning(one, TEXTS) | {""}


@given(pieces, st.integers(0, 3), st.integers(0, 3))
def test_repetition_is_a_sequence_of_so_many(piece, least, more):
    spelt = f"(?:{piece.text}){{{least},{least + more}}}"
    whole = repeated(piece, least, least + more)
    assert [bool(re.fullmatch(whole.text, text)) for text in TEXTS] == [
        bool(re.fullmatch(spelt, text)) for text in TEXTS
    ]


@given(pieces)
def test_posix_has_no_escapes_and_the_same_meaning(piece):
    assert r"\d" not in posix(piece.text)
    assert {text for text in TEXTS if re.fullmatch(posix(piece.text), text)} == meaning(piece, TEXTS)


def test_classes_are_written_short():
    assert one_of("0123456789").text == r"\d"
    assert one_of("12").text == "[12]"
    assert one_of("0127").text == "[0-27]"
    assert one_of("a").text == "a"
    assert literal(".").text == r"\."
    assert repeated(one_of("01"), 2).text == "[01]{2}"
    assert repeated(literal("1"), 2).text == "11"
    assert shortest([literal("aa"), literal("b"), literal("c")]).text == "b"
