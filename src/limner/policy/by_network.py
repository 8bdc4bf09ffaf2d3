"""`networks = [...]`: the visitor's address is in one of these networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from limner.policy.condition import GRANTED, Condition, Finding, Grant, Visitor
from limner.policy.networks import Address, Network, Networks, format_address, parse_address, parse_network

# What is left of the address space after IANA's special-purpose registries (RFC 6890): a set that holds all of it
# holds the internet, whatever else it leaves out.
GLOBAL_V4 = Networks(["0.0.0.0/0"]) - Networks(
    [
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
    ]
)
GLOBAL_V6 = Networks(["2000::/3"]) - Networks(
    ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]
)
WIDE = {4: 8, 6: 16}  # a prefix shorter than this is wider than any one organisation's addresses


class ByNetwork:
    """The visitor's address is in one of some networks. An unknown address is in none."""

    kind = "networks"
    forgeable = False
    each_face = False
    parameters: frozenset[bytes] = frozenset()

    def __init__(self, networks: Sequence[str]) -> None:
        self._texts = list(networks)
        self.networks = Networks(networks)

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give a grant if the address is known and in the networks."""
        address = visitor.address
        return GRANTED if address is not None and self.networks.covers(address) else None

    def reason(self, visitor: Visitor) -> str:
        """Name the network that the address is in, or say that it is in none."""
        if visitor.address is None:
            return "the visitor's address is not known"
        shown = format_address(visitor.address)
        inside = self._network_of(visitor.address)
        if inside is not None:
            return f"{shown} is in {inside}"
        count = len(self._texts)
        return f"{shown} is not in {self._texts[0]}" if count == 1 else f"{shown} is in none of {count} networks"

    def _network_of(self, address: Address) -> Network | None:
        if not self.networks.covers(address):
            return None
        plain = ipaddress.ip_address(format_address(address))
        return next(network for network in map(parse_network, self._texts) if plain in network)

    def refresh(self) -> bool:
        """Nothing that it rests on changes."""
        return False

    def implied_by(self, other: Condition) -> bool:
        """Whether the other's networks all lie in these."""
        return isinstance(other, ByNetwork) and other.networks <= self.networks

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        """Yield networks that are too wide, or not written as they are meant."""
        yield from _too_wide(self.networks)
        yield from untidy(self._texts)


def holds_internet(networks: Networks) -> list[str]:
    """Say which internets a set holds whole: "IPv4", "IPv6", both or none."""
    return [name for name, whole in (("IPv4", GLOBAL_V4), ("IPv6", GLOBAL_V6)) if whole <= networks]


def _too_wide(networks: Networks) -> Iterator[Finding]:
    whole = holds_internet(networks)
    for name in whole:
        yield Finding(
            "error",
            f"the networks hold the whole {name} internet: anyone in the world is let in",
            "name the networks of the offices and of the VPN",
        )
    for text in networks.cidrs():
        network = parse_network(text)
        if network.prefixlen < WIDE[network.version] and f"IPv{network.version}" not in whole:
            yield Finding(
                "warning",
                f"{text} is very wide: /{WIDE[network.version]} is as much as anyone owns",
                "name the networks of the offices and of the VPN",
            )


def untidy(texts: Sequence[str]) -> Iterator[Finding]:
    """Yield networks with bits beyond their mask, networks named twice, and networks within others."""
    parsed = [(parse_network(text), text) for text in texts]
    for network, text in parsed:
        address = text.partition("/")[0]
        if parse_address(address) != parse_address(str(network.network_address)):
            yield Finding(
                "warning",
                f"{text} has bits set beyond its mask: it means {network}",
                f'write "{network}", or "{address}" for that one address',
            )
    parsed.sort(key=lambda pair: (pair[0].version, int(pair[0].network_address), pair[0].prefixlen))
    outer: Network | None = None
    for network, text in parsed:
        if outer == network:
            yield Finding("note", f"{network} is named twice", f'leave one "{text}" out')
        elif outer is not None and network.version == outer.version and int(network[-1]) <= int(outer[-1]):
            yield Finding("note", f"{network} lies within {outer}", f'leave "{text}" out')
        else:
            outer = network
