"""What forms have in common: sizes and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner import people
from limner.web.forms.ask import keys_of, size_asked


@given(st.none() | st.text(max_size=12), st.integers(1, 2048))
def test_a_size_is_always_one_that_can_be_drawn(text, default):
    assert 1 <= size_asked(text, default) <= 2048


@pytest.mark.parametrize(("text", "size"), [("96", 96), ("96x96", 96), ("96X120", 120), ("0", 7), ("٣", 7), (None, 7)])
def test_sizes(text, size):
    assert size_asked(text, 7) == size


def test_names_that_are_none_of_their_kind_are_left_out():
    assert keys_of((people.by_mail, "x"), (people.by_uid, "x"), (people.by_key, None)) == (people.by_uid("x"),)
