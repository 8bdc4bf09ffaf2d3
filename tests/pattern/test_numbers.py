"""Sets of octets and of 16-bit groups, written as regular expressions."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from limner.pattern.numbers import groups, octets, padded

spans = st.tuples(st.integers(0, 255), st.integers(0, 255)).map(sorted)
octet_sets = st.lists(spans, min_size=1, max_size=3).map(
    lambda found: frozenset(number for low, high in found for number in range(low, high + 1))
)
group_sets = st.lists(
    st.tuples(st.integers(0, 0xFFFF), st.sampled_from([0, 1, 15, 255, 4095, 0x7FFF, 0xFFFF])), min_size=1, max_size=3
).map(lambda found: frozenset(n for low, more in found for n in range(low, min(low + more, 0xFFFF) + 1)))


def mask(numbers):
    return sum(1 << number for number in numbers)


@given(octet_sets)
def test_octets_are_matched_and_no_other_text_of_digits(wanted):
    regex = re.compile(octets(mask(wanted)).text)
    texts = [str(number) for number in range(1000)] + [f"{number:02}" for number in range(100)] + ["", "0000"]
    assert {text for text in texts if regex.fullmatch(text)} == {str(number) for number in wanted}


@given(st.sets(st.integers(0, 255), min_size=1))
@settings(max_examples=20)
def test_any_set_of_octets_will_do(wanted):
    regex = re.compile(octets(mask(wanted)).text)
    assert {number for number in range(256) if regex.fullmatch(str(number))} == wanted


@given(group_sets)
@settings(max_examples=20)
def test_groups_are_told_apart_in_their_canonical_texts(wanted):
    regex = re.compile(groups(mask(wanted)).text)
    assert {number for number in range(0x10000) if regex.fullmatch(f"{number:x}")} == wanted


@given(group_sets, st.integers(2, 4))
@settings(max_examples=20)
def test_groups_are_told_apart_in_every_spelling(wanted, width):
    regex = re.compile(padded(mask(wanted)).text)
    assert {number for number in range(0x10000) if regex.fullmatch(f"{number:0{width}x}")} == wanted


def test_they_are_short():
    whole = octets((1 << 256) - 1).text
    assert whole == r"25[0-5]|(1\d|2[0-4]|[1-9])?\d"
    assert octets(mask(range(192, 208))).text == "19[2-9]|20[0-7]"
    assert groups((1 << 0x10000) - 1).text == "[0-9a-f]{1,4}"
    assert groups(mask(range(0xFE80, 0xFEC0))).text == "fe[89ab][0-9a-f]"
