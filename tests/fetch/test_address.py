"""Which addresses are public. Python's `ipaddress` is one oracle, IANA's registries by hand are the other."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limner.fetch.address import INSIDE, read, what, within

v4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)
v6 = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)
NEAR_V6 = (
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "2001::/16",
    "2002::/16",
    "3ffe::/15",
    "fc00::/7",
    "fe80::/9",
    "ff00::/8",
)


@st.composite
def near_v6(draw: st.DrawFn) -> ipaddress.IPv6Address:
    """Addresses in and around the networks that matter, which chance would never find."""
    network = ipaddress.IPv6Network(draw(st.sampled_from(NEAR_V6)))
    return network[draw(st.integers(0, network.num_addresses - 1))]


# what Python calls global, and nobody's web server is at: IANA has these as reserved, or Python knows them only later
STRICTER = [ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4")]


@given(v4)
@example(ipaddress.IPv4Address("192.0.0.9"))
@example(ipaddress.IPv4Address("224.0.0.1"))
@example(ipaddress.IPv4Address("255.255.255.255"))
def test_ipv4_is_judged_as_python_does_but_for_the_listed_networks(address: ipaddress.IPv4Address) -> None:
    stricter = any(address in network for network in STRICTER)
    assert (what(address) is None) == (address.is_global and not address.is_multicast and not stricter)


@given(v6 | near_v6())
def test_no_ipv6_address_passes_that_python_does_not_call_global(address: ipaddress.IPv6Address) -> None:
    if what(address) is None and address.ipv4_mapped is None and address not in ipaddress.ip_network("64:ff9b::/96"):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved
        assert address.sixtofour is None
        assert address.teredo is None


@given(v4)
def test_an_ipv4_address_is_judged_alike_in_every_dress_that_leads_to_it(address: ipaddress.IPv4Address) -> None:
    for dress in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert what(ipaddress.IPv6Address(dress)) == what(address)
    assert read(f"::ffff:{address}") == address


@given(v4)
def test_forms_whose_gateways_are_history_never_pass(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    dresses = [0x2002 << 112 | number << 80, 0x20010000 << 96 | number << 64, number]  # 6to4, Teredo, compatible
    dresses += [0x2A00 << 112 | mark << 32 | number for mark in (0x5EFE, 0x02005EFE)]  # ISATAP
    assert all(what(ipaddress.IPv6Address(dress)) for dress in dresses)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10.0.0.1", INSIDE),
        ("172.31.255.255", INSIDE),
        ("192.168.0.1", INSIDE),
        ("100.64.0.1", INSIDE),
        ("fd00::1", INSIDE),
        ("127.0.0.1", "this machine itself"),
        ("127.255.255.254", "this machine itself"),
        ("::1", "this machine itself"),
        ("::ffff:127.0.0.1", "this machine itself"),
        ("64:ff9b::7f00:1", "this machine itself"),
        ("169.254.169.254", "link-local (clouds give away secrets there)"),
        ("::ffff:169.254.169.254", "link-local (clouds give away secrets there)"),
        ("64:ff9b::a9fe:a9fe", "link-local (clouds give away secrets there)"),
        ("fe80::1", "link-local"),
        ("fec0::1", "reserved"),
        ("fd00:ec2::254", INSIDE),
        ("0.0.0.0", "no address of a host"),
        ("0.1.2.3", "no address of a host"),
        ("::", "no address of a host"),
        ("224.0.0.251", "multicast"),
        ("ff02::fb", "multicast"),
        ("255.255.255.255", "reserved"),
        ("64:ff9b:1::1", "local NAT64"),
        ("2002:7f00:1::", "6to4"),
        ("2001:0:1::1", "reserved (Teredo, ORCHID, ...)"),
        ("2001:db8::1", "for documentation"),
        ("::127.0.0.1", "reserved"),
        ("2a00::200:5efe:7f00:1", "ISATAP"),
        ("100::1", "reserved"),
        ("5f00::1", "reserved"),
    ],
)
def test_what_is_not_public(text: str, kind: str) -> None:
    assert what(read(text)) == kind


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "223.255.255.255", "2600::1", "2a00:1450::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808",
    ],
)  # fmt: skip
def test_what_is_public_up_to_the_edges(text: str) -> None:
    assert what(read(text)) is None


@given(v4, st.integers(0, 32))
def test_a_network_holds_its_addresses_in_every_dress(address: ipaddress.IPv4Address, length: int) -> None:
    network = [ipaddress.ip_network(f"{address}/{length}", strict=False)]
    assert within(address, network)
    assert within(ipaddress.IPv6Address(f"64:ff9b::{address}"), network)
    assert within(ipaddress.IPv6Address(f"::ffff:{address}"), network)
    assert not within(address, [])


@pytest.mark.parametrize(
    "text", ["fe80::1%eth0", "example.com", "", "1.2.3", "0x7f.1", "127.1", "::ffff:1.2.3", "1.2.3.4/8"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)
