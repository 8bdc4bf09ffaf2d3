"""Which IP addresses are out in the open internet, and what the others are.

After IANA's registries of special-purpose addresses (RFC 6890 and what was added since). An IPv6 address that carries
an IPv4 one is judged by what it carries where a host or a gateway would really go there (mapped, NAT64); forms whose
gateways are history (6to4, Teredo, IPv4-compatible, ISATAP) are nobody's home and are refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

INSIDE = "private"
"""The kind of addresses that a company's own servers have."""

_V4: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "no address of a host"),
    ("10.0.0.0/8", INSIDE),
    ("100.64.0.0/10", INSIDE),  # shared by a provider's customers (RFC 6598); also what overlay networks use
    ("127.0.0.0/8", "this machine itself"),
    ("169.254.0.0/16", "link-local (clouds give away secrets there)"),
    ("172.16.0.0/12", INSIDE),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("192.168.0.0/16", INSIDE),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
_V6: tuple[tuple[str, str], ...] = (
    ("::/128", "no address of a host"),
    ("::1/128", "this machine itself"),
    ("fe80::/10", "link-local"),
    ("fc00::/7", INSIDE),
    ("ff00::/8", "multicast"),
    ("64:ff9b:1::/48", "local NAT64"),
    ("2001::/23", "reserved (Teredo, ORCHID, ...)"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "for documentation"),
)
_V4_NETWORKS = tuple((ipaddress.IPv4Network(network), what) for network, what in _V4)
_V6_NETWORKS = tuple((ipaddress.IPv6Network(network), what) for network, what in _V6)
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that was given out (IANA's IPv6 global unicast assignments)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: the first half of an interface identifier


def read(text: str) -> Address:
    """Read an address as resolvers give it; one of IPv6 that is an IPv4 address in disguise becomes that.

    Raises ValueError, also for an address with a zone, which names a cable.
    """
    if "%" in text:
        raise ValueError("an address with a zone")
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def what(address: Address) -> str | None:
    """Say what an address is if it is not out in the open internet; None if it is."""
    if isinstance(address, ipaddress.IPv4Address):
        return next((kind for network, kind in _V4_NETWORKS if address in network), None)
    if address.ipv4_mapped is not None:
        return what(address.ipv4_mapped)
    if address in _NAT64:
        return what(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    for network, kind in _V6_NETWORKS:
        if address in network:
            return kind
    if address not in _UNICAST:
        return "reserved"
    return "ISATAP" if int(address) >> 32 & 0xFFFFFFFF in _ISATAP else None


def within(address: Address, networks: Iterable[Network]) -> bool:
    """Tell whether an address is in one of the networks, by itself or by the IPv4 address that it carries."""
    carried = None
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped
        if address in _NAT64:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return any(one in network for network in networks for one in (address, carried) if one is not None)
