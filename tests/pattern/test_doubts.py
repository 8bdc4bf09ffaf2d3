"""What is likely not meant in a regular expression is told with an address that shows it."""

import re

import pytest
from hypothesis import given, settings

from limner.pattern.doubts import doubts
from limner.pattern.read import read
from limner.pattern.write import write

from .sets import SETS


def told(regex):
    return list(doubts(regex, read(regex)))


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        (r"10\.1\.2\.3$", "not anchored at its beginning (^), so it also admits 110.1.2.3"),
        (r"^10\.1\.2\.[0-3]", "not anchored at its end ($), so it also admits 10.1.2.10"),
        (r"^1.1\.", "a . that is not escaped is any character, so it also admits 101.0.0.0"),
        (r"^10\.[0-127]\.", "[0-127] is one character, not a number from 0 to 127: it is 0, 1, 2, 7"),
    ],
)
def test_usual_mistakes(regex, words):
    assert any(words in doubt for doubt in told(regex)), told(regex)


@pytest.mark.parametrize("regex", [r"^10\.", r"^10\.1\.2\.3$", r"^(10|172)\.", "^fe80:"])
def test_sound_ones_raise_no_doubt(regex):
    assert told(regex) == []


@given(SETS)
@settings(max_examples=30)
def test_what_limner_writes_raises_no_doubt(networks):
    assert told(write(networks)) == []


def test_every_example_is_admitted():
    for doubt in told(r"10.1.2.[0-3]"):
        assert re.search(r"10.1.2.[0-3]", doubt.rpartition(" ")[2])
