import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.settings.durations import MOST_SECONDS, seconds


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("1h30m", 5400),
        ("7d", 604_800),
        (" 1D2H ", 93_600),
        ("366d", MOST_SECONDS),
    ],
)
def test_a_duration_is_numbers_with_units(text, wanted):
    assert seconds(text) == wanted


@pytest.mark.parametrize(
    "text", ["", "2", "h", "0s", "0h0m", "1.5h", "-1h", "2 h", "30m1h", "1h1h", "367d", "٣h", "9" * 50]
)
def test_what_is_no_duration_is_told(text):
    with pytest.raises(ValueError, match="is not a duration"):
        seconds(text)


@given(st.text(alphabet="0123456789dhms ", max_size=45))
def test_any_text_is_seconds_or_a_mistake(text):
    with contextlib.suppress(ValueError):
        assert 1 <= seconds(text) <= MOST_SECONDS
