from __future__ import annotations

import pytest

from limner.policy.condition import GRANTED, Grant, Visitor


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (GRANTED, GRANTED, GRANTED),
        (Grant("jane"), GRANTED, Grant("jane")),
        (Grant(until=5.0), Grant(until=3.0), Grant(until=3.0)),
        (Grant(until=5.0), GRANTED, Grant(until=5.0)),
        (Grant(until=0.0), Grant(until=3.0), Grant(until=0.0)),
        (Grant("jane", 3.0), Grant("room 7", 5.0), Grant("jane", 3.0)),
    ],
)
def test_two_grants_end_with_the_one_that_ends_first(one: Grant, other: Grant, both: Grant) -> None:
    assert one & other == both
    assert (other & one).until == both.until


def test_cookies_are_read_once() -> None:
    visitor = Visitor(headers=[(b"cookie", b"a=1")])
    assert visitor.cookies == [(b"a", b"1")]
    assert visitor.cookies is visitor.cookies
