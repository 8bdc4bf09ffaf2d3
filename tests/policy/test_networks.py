from __future__ import annotations

import ipaddress
import random
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limner.errors import SettingsError
from limner.policy.networks import EVERYWHERE, IPV4, Networks, format_address, parse_address, parse_network

from .strategies import IP, addresses, folded, folded_network, in_any, network_lists, networks, v4_networks

sets = network_lists.map(Networks)
NOWHERE = Networks()


@given(addresses)
def test_an_address_is_read_and_written_as_the_standard_library_does(address: IP) -> None:
    number = parse_address(str(address))
    assert number is not None
    assert ipaddress.ip_address(format_address(number)) == folded(address)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "0x1.2.3.4", "16909060", "1.2.3.4 "),
        *(" 1.2.3.4", "1.2.3.4\n", "1.2.3.4\x00", "1.2.3.4/32", "1.2.3.4:80", "-1.2.3.4", "+1.2.3.4", "1.2.3.4."),
        *("١.2.3.4", "\ud800", "::1%lo", "fe80::1%1", "[::1]", "1::2::3", ":::", ":", "::ffff:01.2.3.4", "::00001"),
        *("1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::g", "::1\x00", "unknown", "localhost", "1,2,3,4", "::1/128"),
    ],
)
def test_what_is_not_exactly_an_address_is_none(text: str) -> None:
    assert parse_address(text) is None


@given(st.text(max_size=20) | st.text("0123456789abcdef:.%/ ", max_size=20))
def test_a_text_is_an_address_only_if_the_standard_library_says_so_too(text: str) -> None:
    try:
        expected = None if "%" in text else folded(ipaddress.ip_address(text))
    except ValueError:
        expected = None
    number = parse_address(text)
    assert (None if number is None else ipaddress.ip_address(format_address(number))) == expected


def test_a_mapped_address_is_the_ipv4_address() -> None:
    assert parse_address("::ffff:10.0.0.1") == parse_address("10.0.0.1") == parse_address("::ffff:a00:1")
    assert "::ffff:10.1.2.3" in Networks(["10.0.0.0/8"])
    assert "10.1.2.3" in Networks(["::ffff:10.0.0.0/104"])
    assert Networks(["::ffff:10.0.0.0/104"]).cidrs() == ["10.0.0.0/8"]


@pytest.mark.parametrize("text", ["::10.1.2.3", "2002:a01:203::1", "64:ff9b::10.1.2.3"])
def test_other_ways_to_wrap_ipv4_into_ipv6_are_not_folded(text: str) -> None:
    assert text not in Networks(["10.0.0.0/8"])


@pytest.mark.parametrize("wide", ["::/0", "::/64", "::fffe:0:0/95"])
def test_an_ipv6_network_around_the_mapped_addresses_holds_no_ipv4(wide: str) -> None:
    assert not Networks([wide]) & IPV4
    assert "::ffff:10.0.0.1" not in Networks([wide])
    assert "::fffe:10.0.0.1" in Networks([wide])


def test_every_ipv6_address_is_one_network_though_ipv4_stands_in_its_middle() -> None:
    assert Networks(["::/0"]).cidrs() == ["::/0"]
    assert Networks(["::/80"]).cidrs() == ["::/80"]
    assert (~NOWHERE).cidrs() == ["0.0.0.0/0", "::/0"]
    assert Networks(["::/0"]) == ~IPV4


@given(network_lists, addresses)
@example(["10.0.0.0/8"], IPv4Address("11.0.0.0"))
@example(["10.0.0.0/8"], IPv6Address("::ffff:10.255.255.255"))
def test_membership_agrees_with_trying_every_network(texts: list[str], address: IP) -> None:
    assert (str(address) in Networks(texts)) == in_any(address, texts)


@given(network_lists)
def test_the_edges_of_every_network_are_inside_and_the_steps_beyond_are_as_the_others_say(texts: list[str]) -> None:
    made = Networks(texts)
    for network in map(folded_network, texts):
        first, last = int(network.network_address), int(network.broadcast_address)
        for number in (first - 1, first, last, last + 1):
            if 0 <= number < 1 << network.max_prefixlen:
                address = type(network.network_address)(number)
                assert (str(address) in made) == in_any(address, texts)


@given(sets, sets, addresses)
def test_combined_sets_hold_what_their_names_say(a: Networks, b: Networks, address: IP) -> None:
    text = str(address)
    assert (text in (a | b)) == (text in a or text in b)
    assert (text in (a & b)) == (text in a and text in b)
    assert (text in (a - b)) == (text in a and text not in b)
    assert (text in ~a) == (text not in a)


@given(sets, sets, sets)
def test_union_and_intersection_commute_associate_and_distribute(a: Networks, b: Networks, c: Networks) -> None:
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)


@given(sets)
def test_identity_and_complement(a: Networks) -> None:
    assert a | NOWHERE == a & EVERYWHERE == a | a == a & a == ~~a == a
    assert a & NOWHERE == a & ~a == a - a == NOWHERE
    assert a | ~a == EVERYWHERE
    assert bool(a) == (a != NOWHERE)


@given(sets, sets)
def test_de_morgan(a: Networks, b: Networks) -> None:
    assert ~(a | b) == ~a & ~b
    assert ~(a & b) == ~a | ~b
    assert a - b == a & ~b


@given(sets, sets)
def test_subset_is_what_intersection_and_difference_say(a: Networks, b: Networks) -> None:
    assert (a <= b) == (a & b == a) == (not a - b)
    assert a & b <= a <= a | b


@given(sets)
def test_equal_sets_are_equal_keys(a: Networks) -> None:
    again = Networks(reversed(a.cidrs()))
    assert again == a
    assert len({a, again}) == 1
    assert a != a.cidrs()


@given(sets)
def test_networks_come_back_from_their_cidrs(a: Networks) -> None:
    assert Networks(a.cidrs()) == a
    assert Networks((~a).cidrs()) == ~a


@given(st.lists(v4_networks, max_size=8))
def test_ipv4_cidrs_are_the_fewest(texts: list[str]) -> None:
    collapsed = ipaddress.collapse_addresses(ipaddress.IPv4Network(text, strict=False) for text in texts)
    assert Networks(texts).cidrs() == [str(network) for network in collapsed]


@given(network_lists)
def test_cidrs_are_never_more_than_the_standard_library_needs(texts: list[str]) -> None:
    parsed = [folded_network(text) for text in texts]
    fewest = sum(len(list(ipaddress.collapse_addresses(n for n in parsed if n.version == v))) for v in (4, 6))
    assert len(Networks(texts).cidrs()) <= fewest


@given(st.lists(networks, min_size=1), st.randoms())
def test_order_repetition_and_bits_beyond_the_mask_do_not_matter(texts: list[str], chance: random.Random) -> None:
    again = [str(parse_network(text)) for text in texts] + texts
    chance.shuffle(again)
    assert Networks(again) == Networks(texts)


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0.0/", "banana", "010.0.0.0/8", "fe80::%eth0/64", "::1%1"])
def test_what_is_not_a_network_is_a_settings_error(text: str) -> None:
    with pytest.raises(SettingsError, match="is not a network"):
        Networks([text])


def test_a_set_prints_as_it_is_made() -> None:
    made = Networks(["10.0.0.0/9", "10.128.0.0/9", "2001:db8::/32"])
    assert repr(made) == "Networks(['10.0.0.0/8', '2001:db8::/32'])"


def test_only_texts_of_addresses_are_in_a_set() -> None:
    assert "banana" not in EVERYWHERE
    assert 1 not in EVERYWHERE
    assert None not in EVERYWHERE


def test_ten_thousand_networks_take_few_steps_to_search() -> None:
    """Bisection reads at most one edge for each doubling, so 10,000 networks take 15 looks; no clock is asked."""

    class Counted(int):
        looks = 0

        def __lt__(self, other: int) -> bool:
            type(self).looks += 1
            return int(self) < other

    made = Networks(f"10.{n // 128}.{n % 128 * 2}.0/24" for n in range(10_000))
    address = parse_address("10.39.2.1")
    assert address is not None
    assert made.covers(Counted(address))
    assert 0 < Counted.looks <= 15


OCTETS = st.integers(0, 260).map(str) | st.sampled_from(["00", "01", "x", ""])
LENGTHS = st.integers(0, 34).map(lambda length: f"/{length}") | st.sampled_from(["", "/", "/08", "/255.255.0.0", "/-1"])


@given(st.builds(lambda octets, length: ".".join(octets) + length, st.lists(OCTETS, min_size=4, max_size=4), LENGTHS))
def test_ipv4_networks_are_those_of_ipaddress(text):
    try:
        theirs = ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        with pytest.raises(SettingsError):
            Networks([text])
    else:
        assert parse_network(text) == theirs
        assert Networks([text]) == Networks([str(theirs)])
        assert Networks([text]).cidrs() == [str(theirs)]
