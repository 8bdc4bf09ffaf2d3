"""Addresses, networks, cookies, visits and policies that meet each other often enough to be interesting."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from hypothesis import strategies as st

from limner import settings
from limner.policy import Visit

IP = IPv4Address | IPv6Address
Net = IPv4Network | IPv6Network

_V4_CORNERS = ["0.0.0.0", "10.0.0.0", "10.0.1.0", "127.0.0.1", "128.0.0.0", "192.0.2.0", "255.255.255.0"]
_V6_CORNERS = [
    *("::", "::fffe:0:0", "::ffff:0.0.0.0", "::ffff:10.0.0.0", "::1:0:0:0", "2001:db8::", "2001:db8:1::", "8000::"),
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00",
]


def _near(corners: list[str]) -> st.SearchStrategy[IP]:
    """Addresses a few steps from some corners; at the end of the address space they stay inside."""

    def step(corner: str, by: int) -> IP:
        start = ipaddress.ip_address(corner)
        return type(start)(min(max(int(start) + by, 0), (1 << start.max_prefixlen) - 1))

    return st.builds(step, st.sampled_from(corners), st.integers(-3, 260))


v4_addresses = _near(_V4_CORNERS) | st.builds(IPv4Address, st.integers(0, 2**32 - 1))
v6_addresses = _near(_V6_CORNERS) | st.builds(IPv6Address, st.integers(0, 2**128 - 1))
addresses = v4_addresses | v6_addresses


def _network_text(address: IP, bits: int) -> str:
    """Write a network, host bits as they come."""
    return f"{address}/{address.max_prefixlen - min(bits, address.max_prefixlen)}"


v4_networks = st.builds(_network_text, v4_addresses, st.integers(0, 10) | st.integers(0, 32))
v6_networks = st.builds(_network_text, v6_addresses, st.integers(0, 10) | st.integers(0, 128))
networks = v4_networks | v6_networks | addresses.map(str)
network_lists = st.lists(networks, max_size=6)

COOKIE_NAMES = ["LtpaToken", "LtpaToken2", "STPluginActivePage", "ltpatoken", "theme"]
COOKIE_VALUES = ["", "stMeetingroom", "stmeetingroom", "x", "a=b"]
wanted_cookies = st.one_of(
    st.sampled_from(COOKIE_NAMES),
    st.builds("{}={}".format, st.sampled_from(COOKIE_NAMES), st.sampled_from(["", "stMeetingroom", "x"])),
)
sent_cookies = st.builds(
    "{}{}{}".format,
    st.sampled_from([*COOKIE_NAMES, ""]),
    st.sampled_from(["=", "=", "=", " = ", ""]),
    st.sampled_from(COOKIE_VALUES),
)
cookie_lines = st.lists(sent_cookies, max_size=4).map("; ".join).map(str.encode) | st.binary(max_size=20)

hops = st.one_of(
    addresses.map(str),
    v4_addresses.map(lambda ip: f"{ip}:5678"),
    v6_addresses.map(lambda ip: f"[{ip}]:80"),
    v6_addresses.map(lambda ip: f"[{ip}]"),
    st.sampled_from(["", "unknown", "010.0.0.1", "10.0.0.1:", "[10.0.0.1]", "fe80::1%eth0", "_hidden"]),
)
forwarded_lines = st.lists(hops, max_size=4).map(", ".join).map(str.encode)

headers = st.lists(
    st.one_of(
        st.tuples(st.just(b"cookie"), cookie_lines),
        st.tuples(st.just(b"x-forwarded-for"), forwarded_lines),
        st.tuples(st.sampled_from([b"x_forwarded-for", b"x_forwarded_for", b"host", b"set-cookie"]), forwarded_lines),
    ),
    max_size=4,
)
peers = st.sampled_from([None, "10.0.0.1", "10.0.1.7", "::ffff:10.0.0.1", "127.0.0.1", "2001:db8::1"])
visits = st.builds(Visit, peer=st.one_of(peers, addresses.map(str)), headers=headers, face=st.none() | st.just(b"ma@b"))


def _policy(rules: list[dict[str, list[str]]], trusted: list[str]) -> settings.Policy:
    named = [{"name": f"rule {number}"} | rule for number, rule in enumerate(rules)]
    return settings.Policy.model_validate({"allow": named, "trusted_proxies": trusted})


wide_networks = st.sampled_from(["10.0.0.0/8", "0.0.0.0/1", "2001:db8::/32", "::/0", "::ffff:0:0/96"])
_by_network = st.lists(networks, max_size=2).flatmap(lambda some: wide_networks.map(lambda wide: [*some, wide]))
_by_network |= st.lists(networks, min_size=1, max_size=3)
_by_cookie = st.lists(wanted_cookies, min_size=1, max_size=2)
_rules = st.one_of(
    st.fixed_dictionaries({"networks": _by_network}),
    st.fixed_dictionaries({"cookie": _by_cookie}),
    st.fixed_dictionaries({"networks": _by_network, "cookie": _by_cookie}),
)
policies = st.builds(
    _policy, st.lists(_rules, max_size=3), st.lists(networks | st.just("unix") | wide_networks, max_size=3)
)


# -- the slow and obvious way, by the standard library, to compare with ---------------------------------------------


def folded(address: IP) -> IP:
    """Give the address, an IPv4-mapped one as IPv4."""
    return getattr(address, "ipv4_mapped", None) or address


def folded_network(text: str) -> Net:
    """Give the network, an IPv4-mapped one as IPv4."""
    network = ipaddress.ip_network(text, strict=False)
    if isinstance(network, IPv6Network) and network.subnet_of(IPv6Network("::ffff:0:0/96")):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96))
    return network


def in_any(address: IP, texts: list[str]) -> bool:
    """Tell whether an address is in one of some networks."""
    return any(folded(address) in folded_network(text) for text in texts)
