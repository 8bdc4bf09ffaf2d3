from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.policy.by_cookie import ByCookie
from limner.policy.by_network import GLOBAL_V4, GLOBAL_V6, ByNetwork, holds_internet, untidy
from limner.policy.condition import Visitor
from limner.policy.networks import Networks, format_address, parse_address

from .strategies import IP, Net, addresses, folded, folded_network, in_any, networks, v6_addresses


def at(text: str) -> Visitor:
    return Visitor(parse_address(text))


@given(st.lists(networks, min_size=1, max_size=4), addresses)
def test_answer_and_reason_agree_with_trying_every_network(texts: list[str], address: IP) -> None:
    condition = ByNetwork(texts)
    holds = condition.admits(at(str(address))) is not None
    assert holds == in_any(address, texts)
    shown, _, network = condition.reason(at(str(address))).partition(" is in ")
    if holds:
        assert ipaddress.ip_address(shown) in ipaddress.ip_network(network)
    else:
        assert network.startswith("none of ") or not network


def test_reasons() -> None:
    one, two = ByNetwork(["10.1.0.0/8"]), ByNetwork(["10.0.0.0/8", "2001:db8::/32"])
    assert two.reason(at("10.1.2.3")) == "10.1.2.3 is in 10.0.0.0/8"
    assert one.reason(at("::ffff:10.1.2.3")) == "10.1.2.3 is in 10.0.0.0/8"
    assert two.reason(at("192.0.2.1")) == "192.0.2.1 is in none of 2 networks"
    assert one.reason(at("192.0.2.1")) == "192.0.2.1 is not in 10.1.0.0/8"
    assert one.reason(Visitor(None)) == "the visitor's address is not known"


def test_an_unknown_address_is_in_no_network() -> None:
    assert ByNetwork(["0.0.0.0/0", "::/0"]).admits(Visitor(None)) is None


def test_narrower_networks_imply_wider_ones() -> None:
    wide, narrow = ByNetwork(["10.0.0.0/8", "2001:db8::/32"]), ByNetwork(["10.1.0.0/16", "10.2.0.0/16"])
    assert wide.implied_by(narrow)
    assert not narrow.implied_by(wide)
    assert not wide.implied_by(ByCookie(["a"]))


@given(addresses)
def test_the_global_addresses_are_global_to_the_standard_library_too(address: IP) -> None:
    number = parse_address(str(address))
    assert number is not None
    if (GLOBAL_V4 | GLOBAL_V6).covers(number):
        assert folded(address).is_global


@given(v6_addresses)
def test_the_complement_of_every_global_address_is_not_the_internet(address: IP) -> None:
    number = parse_address(str(address))
    assert number is not None
    if GLOBAL_V6.covers(number):
        assert "IPv6" not in holds_internet(Networks(["::/0"]) - Networks([format_address(number)]))


def messages(texts: list[str]) -> list[tuple[str, str]]:
    return [(finding.severity, finding.message) for finding in ByNetwork(texts).findings(guarded=False)]


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (["0.0.0.0/0"], ["IPv4"]),
        (["::/0"], ["IPv6"]),
        (["2000::/3"], ["IPv6"]),
        (["0.0.0.0/0", "::/0"], ["IPv4", "IPv6"]),
        (["0.0.0.0/1", "128.0.0.0/1"], ["IPv4"]),
        (["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"], ["IPv4"]),
        (["2000::/4", "3000::/4"], ["IPv6"]),
        (["::ffff:0:0/96"], ["IPv4"]),
        ((Networks(["0.0.0.0/0"]) - Networks(["10.0.0.0/8", "127.0.0.0/8"])).cidrs(), ["IPv4"]),
    ],
)
def test_networks_that_hold_the_whole_internet_are_errors(texts: list[str], named: list[str]) -> None:
    expected = [
        ("error", f"the networks hold the whole {name} internet: anyone in the world is let in") for name in named
    ]
    assert messages(texts) == expected


@pytest.mark.parametrize(
    ("texts", "wide"),
    [
        (["10.0.0.0/7"], "10.0.0.0/7"),
        (["0.0.0.0/1"], "0.0.0.0/1"),
        (["2001::/15"], "2000::/15"),
        (["16.0.0.0/8", "17.0.0.0/8"], "16.0.0.0/7"),
    ],
)
def test_very_wide_networks_are_warnings_even_in_pieces(texts: list[str], wide: str) -> None:
    assert ("warning", wide) in [(severity, message.split(" ")[0]) for severity, message in messages(texts)]


@pytest.mark.parametrize(
    "texts", [["10.0.0.0/8"], ["2001::/16"], ["10.20.0.0/16", "2001:db8::/32", "192.0.2.1", "::1"]]
)
def test_ordinary_networks_are_no_finding(texts: list[str]) -> None:
    assert messages(texts) == []


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["10.20.1.5/16"], ["10.20.1.5/16 has bits set beyond its mask: it means 10.20.0.0/16"]),
        (["2001:db8::1/32"], ["2001:db8::1/32 has bits set beyond its mask: it means 2001:db8::/32"]),
        (["::ffff:10.1.0.0/104"], ["::ffff:10.1.0.0/104 has bits set beyond its mask: it means 10.0.0.0/8"]),
        (["10.0.0.0/255.0.0.0"], []),
        (["::ffff:10.0.0.0/104"], []),
        (["10.0.0.0/8", "10.0.0.0/8"], ["10.0.0.0/8 is named twice"]),
        (["10.0.0.0/8", "::ffff:10.0.0.0/104"], ["10.0.0.0/8 is named twice"]),
        (["192.0.2.1", "192.0.2.1/32"], ["192.0.2.1/32 is named twice"]),
        (["10.1.0.0/16", "10.0.0.0/8"], ["10.1.0.0/16 lies within 10.0.0.0/8"]),
        (["10.255.255.255", "10.0.0.0/8"], ["10.255.255.255/32 lies within 10.0.0.0/8"]),
        (["11.0.0.0/16", "10.0.0.0/8", "::a00:1"], []),
        (["::/0", "10.0.0.0/8"], []),
    ],
)
def test_untidy_networks_are_named(texts: list[str], expected: list[str]) -> None:
    assert [finding.message for finding in untidy(texts)] == expected


@given(st.lists(networks, max_size=6))
def test_the_networks_reported_are_exactly_those_that_add_nothing(texts: list[str]) -> None:
    parsed = {folded_network(text) for text in texts}
    outermost = [one for one in parsed if not any(_within(one, other) for other in parsed - {one})]
    reported = [finding for finding in untidy(texts) if finding.severity == "note"]
    assert len(texts) - len(reported) == len(outermost)


def _within(one: Net, other: Net) -> bool:
    return one.version == other.version and one.network_address in other and one.prefixlen > other.prefixlen
