from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.policy.by_cookie import ByCookie
from limner.policy.by_network import ByNetwork
from limner.policy.condition import GRANTED, Visitor

from .strategies import cookie_lines, wanted_cookies

SEED = ByCookie(["LtpaToken", "LtpaToken2", "STPluginActivePage=stMeetingroom"])


def sends(*lines: bytes) -> Visitor:
    return Visitor(headers=[(b"cookie", line) for line in lines])


@pytest.mark.parametrize(
    "line",
    [
        b"LtpaToken=abc",
        b"theme=dark; LtpaToken2=abc==",
        b"LtpaToken=",
        b"STPluginActivePage=stMeetingroom",
        b"STPluginActivePage=other; STPluginActivePage=stMeetingroom",
    ],
)
def test_one_of_the_cookies_is_enough(line: bytes) -> None:
    assert SEED.admits(sends(line)) is GRANTED


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"LtpaToken",
        b"ltpatoken=abc",
        b"XLtpaToken=abc",
        b"LtpaToken3=abc",
        b"theme=LtpaToken=abc",
        b"STPluginActivePage=",
        b"STPluginActivePage=stmeetingroom",
        b"STPluginActivePage=stMeetingroom2",
        b'STPluginActivePage="stMeetingroom"',
    ],
)
def test_names_and_values_are_compared_exactly(line: bytes) -> None:
    assert SEED.admits(sends(line)) is None


def test_reasons_name_cookies_as_the_settings_do() -> None:
    assert SEED.reason(sends(b"LtpaToken2=secret")) == "cookie LtpaToken2 is there"
    assert SEED.reason(sends()) == "no cookie LtpaToken, LtpaToken2 or STPluginActivePage=stMeetingroom"
    assert ByCookie(["a"]).reason(sends()) == "no cookie a"


@given(st.lists(wanted_cookies, min_size=1), cookie_lines)
def test_reasons_agree_with_answers(wanted: list[str], line: bytes) -> None:
    condition = ByCookie(wanted)
    assert condition.reason(sends(line)).endswith("is there") == (condition.admits(sends(line)) is not None)


@given(st.lists(wanted_cookies, min_size=1), st.lists(wanted_cookies, min_size=1), cookie_lines)
def test_what_is_implied_holds(wanted: list[str], others: list[str], line: bytes) -> None:
    """And no implication is missed: where there is none, one of the other's cookies alone shows the difference."""
    condition, other = ByCookie(wanted), ByCookie(others)
    if condition.implied_by(other):
        assert condition.admits(sends(line)) or not other.admits(sends(line))
    else:
        alone = [sends((text if "=" in text else f"{text}=something").encode()) for text in others]
        assert any(other.admits(visitor) and not condition.admits(visitor) for visitor in alone)


def test_networks_imply_no_cookie() -> None:
    assert not SEED.implied_by(ByNetwork(["10.0.0.0/8"]))


def test_a_cookie_alone_is_a_warning_and_beside_something_that_protects_a_note() -> None:
    (alone,) = SEED.findings(guarded=False)
    (guarded,) = SEED.findings(guarded=True)
    assert (alone.severity, guarded.severity) == ("warning", "note")
    assert "anyone can send the cookie LtpaToken, LtpaToken2 or" in alone.message
