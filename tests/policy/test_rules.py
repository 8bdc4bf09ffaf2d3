from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner import settings
from limner.errors import SettingsError
from limner.policy.by_cookie import ByCookie
from limner.policy.by_network import ByNetwork
from limner.policy.condition import Visitor
from limner.policy.networks import parse_address
from limner.policy.rules import KINDS, WIDER, Rule, rule_from
from limner.settings.policy import NO_CONDITIONS

from .strategies import IP, addresses, cookie_lines, networks, wanted_cookies

INSIDE = Visitor(parse_address("10.0.0.1"), [(b"cookie", b"a=1")])


def test_all_conditions_must_hold() -> None:
    both = Rule("both", (ByNetwork(["10.0.0.0/8"]), ByCookie(["a"])))
    assert both.admits(INSIDE)
    assert not both.admits(Visitor(parse_address("10.0.0.1")))
    assert not both.admits(Visitor(parse_address("192.0.2.1"), [(b"cookie", b"a=1")]))


def test_a_rule_without_conditions_cannot_be_made() -> None:
    with pytest.raises(SettingsError, match="has no conditions"):
        Rule("open", ())
    with pytest.raises(SettingsError, match="has no conditions"):
        rule_from(settings.Rule.model_construct(name="open", networks=None, cookie=None))


def test_every_setting_of_a_rule_has_its_kind() -> None:
    assert set(KINDS) | set(WIDER) == set(settings.Rule.named()) - set(NO_CONDITIONS)


def test_a_condition_that_nothing_enforces_is_not_lost() -> None:
    class Later(settings.Rule):
        badge: str | None = None

    assert rule_from(Later(name="a", networks=["10.0.0.0/8"])).admits(INSIDE)
    with pytest.raises(SettingsError, match="that nothing enforces: badge"):
        rule_from(Later(name="a", networks=["10.0.0.0/8"], badge="gold"))


def test_a_rule_depends_on_the_face_if_one_of_its_conditions_does() -> None:
    by_face: Any = SimpleNamespace(each_face=True)
    assert not Rule("a", (ByCookie(["a"]),)).each_face
    assert Rule("a", (ByCookie(["a"]), cast("Any", by_face))).each_face


rules = st.builds(
    lambda texts, cookies: rule_from(
        settings.Rule(name="a", networks=texts or (None if cookies else ["10.0.0.0/8"]), cookie=cookies or None)
    ),
    st.lists(networks | st.sampled_from(["10.0.0.0/8", "10.0.0.0/24", "0.0.0.0/0"]), max_size=3),
    st.lists(wanted_cookies, max_size=2),
)


@given(rules, rules, addresses, cookie_lines)
def test_what_is_swallowed_is_allowed(one: Rule, other: Rule, address: IP, line: bytes) -> None:
    visitor = Visitor(parse_address(str(address)), [(b"cookie", line)])
    if one.swallows(other):
        assert one.admits(visitor) or not other.admits(visitor)


@given(rules)
def test_a_rule_swallows_itself_and_itself_made_narrower(rule: Rule) -> None:
    assert rule.swallows(rule)
    assert rule.swallows(Rule("narrower", (*rule.conditions, ByCookie(["badge=gold"])), guests=rule.guests))


def test_a_rule_with_more_conditions_swallows_none_with_fewer() -> None:
    assert not Rule("b", (ByNetwork(["10.0.0.0/8"]), ByCookie(["a"]))).swallows(Rule("a", (ByCookie(["a"]),)))
