from __future__ import annotations

from typing import Any

import pytest

from limner import settings
from limner.policy import Finding, check

OFFICES = {"name": "offices", "networks": ["10.20.0.0/16", "2001:db8:20::/48"]}


def findings(*rules: dict[str, Any], **more: Any) -> list[Finding]:
    return check(settings.Policy.model_validate({"allow": list(rules)} | more))


def said(*rules: dict[str, Any], **more: Any) -> list[tuple[str, str | None, str]]:
    return [(found.severity, found.rule, found.message) for found in findings(*rules, **more)]


def test_a_sound_policy_has_no_findings() -> None:
    other = {"name": "lab", "networks": ["10.21.0.0/16"]}
    assert findings(OFFICES, other, trusted_proxies=["192.0.2.8", "unix"], otherwise="placeholder") == []


def test_a_cookie_rule_is_forgeable() -> None:
    (found,) = findings({"name": "old", "cookie": "LtpaToken"})
    assert (found.severity, found.rule) == ("warning", "old")
    assert "anyone can send the cookie LtpaToken" in found.message


def test_a_cookie_beside_networks_is_only_a_note() -> None:
    (found,) = findings(OFFICES | {"cookie": "LtpaToken"})
    assert (found.severity, found.rule) == ("note", "offices")


def test_networks_that_hold_the_internet_are_an_error_of_their_rule() -> None:
    (found,) = findings({"name": "all", "networks": ["0.0.0.0/1", "128.0.0.0/1"]})
    assert (found.severity, found.rule) == ("error", "all")


def test_host_bits_and_networks_that_add_nothing() -> None:
    assert said({"name": "a", "networks": ["10.20.1.5/16", "10.20.3.0/24"]}) == [
        ("warning", "a", "10.20.1.5/16 has bits set beyond its mask: it means 10.20.0.0/16"),
        ("note", "a", "10.20.3.0/24 lies within 10.20.0.0/16"),
    ]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ({"networks": ["10.0.0.0/8"]}, {"networks": ["10.1.0.0/16", "10.2.0.0/16"]}),
        ({"networks": ["10.0.0.0/9", "10.128.0.0/9"]}, {"networks": ["10.0.0.0/8"], "cookie": ["a"]}),
        ({"cookie": ["a", "b=1"]}, {"cookie": ["a=2", "b=1"]}),
        ({"networks": ["10.0.0.0/8"]}, {"networks": ["10.0.0.0/8"]}),
    ],
)
def test_a_rule_that_another_swallows_is_named_with_the_other(wide: dict[str, Any], narrow: dict[str, Any]) -> None:
    first, second = {"name": "first"} | wide, {"name": "second"} | narrow
    expected = ("warning", "second", "the rule 'second' changes nothing: 'first' allows all that it allows")
    assert expected in said(first, second)
    assert not any("changes nothing" in message for _, rule, message in said(first, second) if rule == "first")
    if wide != narrow:
        assert expected in said(second, first)


def test_rules_that_only_overlap_are_no_finding() -> None:
    assert findings(OFFICES, {"name": "lab", "networks": ["10.20.5.0/24", "10.21.0.0/16"]}) == []


@pytest.mark.parametrize(("trusted", "name"), [(["0.0.0.0/0"], "IPv4"), (["2000::/4", "3000::/4"], "IPv6")])
def test_trusting_the_whole_internet_is_an_error(trusted: list[str], name: str) -> None:
    expected = f"trusted_proxies holds the whole {name} internet: every visitor can claim any address"
    assert ("error", None, expected) in said(OFFICES, trusted_proxies=trusted)


def test_a_trusted_proxy_inside_an_allowed_network_is_a_warning() -> None:
    (found,) = findings(OFFICES, trusted_proxies=["unix", "10.20.0.8", "10.20.0.10", "192.0.2.8"])
    assert (found.severity, found.rule) == ("warning", "offices")
    assert found.message.startswith("10.20.0.8/32 and 1 more is in trusted_proxies and in the rule's networks")


def test_trusted_proxies_are_tidied_like_networks() -> None:
    assert said(OFFICES, trusted_proxies=["192.0.2.8/24"]) == [
        ("warning", None, "trusted_proxies: 192.0.2.8/24 has bits set beyond its mask: it means 192.0.2.0/24")
    ]


def test_no_rules_means_nobody() -> None:
    assert said() == [("warning", None, "there is no rule: nobody is let in")]


@pytest.mark.parametrize("url", ["http://www.example.com/", "HTTP://www.example.com/"])
def test_a_redirect_over_plain_http_is_a_note(url: str) -> None:
    assert [found.severity for found in findings(OFFICES, otherwise={"redirect": url})] == ["note"]
    assert findings(OFFICES, otherwise={"redirect": "https://www.example.com/"}) == []


def test_the_gravest_findings_come_first_and_each_says_what_to_do() -> None:
    found = findings(
        OFFICES | {"cookie": "a"},
        {"name": "old", "cookie": "LtpaToken"},
        {"name": "all", "networks": ["::/0"]},
        otherwise={"redirect": "http://www.example.com/"},
    )
    assert [each.severity for each in found] == ["error", "warning", "note", "note"]
    assert all(each.fix for each in found)
