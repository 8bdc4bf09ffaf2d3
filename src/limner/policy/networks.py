"""Sets of IP addresses: made once from networks, then searched by bisection and combined like any sets.

All addresses stand on one line of 2**128 numbers. An IPv6 address is its own number; an IPv4 address has the number
of its IPv4-mapped form (`::ffff:192.0.2.1`), so the two spellings of one address are one number, and no code folds
them. A set is the sorted list of places where the line enters and leaves it: equal sets have equal lists.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import TypeAlias

from limner.errors import SettingsError

Address: TypeAlias = int
"""An address as its place on the line: 0 <= address < 2**128."""

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_V4 = 0xFFFF << 32  # ::ffff:0:0/96, where IPv4 stands
_V4_SIZE = 1 << 32
_V4_END = _V4 + _V4_SIZE
_END = 1 << 128


def parse_address(text: str) -> Address | None:
    """Read an address as inet_pton does, and nothing looser: no leading zeros, scope ids, spaces or short forms.

    Gives None for every other text.
    """
    try:
        if ":" not in text:
            return _V4 + int.from_bytes(inet_pton(AF_INET, text), "big")
        if "%" not in text:  # some systems' inet_pton takes a scope id
            return int.from_bytes(inet_pton(AF_INET6, text), "big")
    except (OSError, ValueError):
        pass
    return None


def format_address(address: Address) -> str:
    """Write an address in its canonical form (RFC 5952); an IPv4-mapped one as the IPv4 address it is."""
    if _V4 <= address < _V4_END:
        return inet_ntop(AF_INET, (address - _V4).to_bytes(4, "big"))
    return inet_ntop(AF_INET6, address.to_bytes(16, "big"))


def parse_network(text: str) -> Network:
    """Read a network (`10.0.0.0/8`) or an address, bits beyond the mask cleared, IPv4-mapped written as IPv4.

    Raises SettingsError.
    """
    try:
        if "%" in text:
            raise ValueError("a scope id names a cable, not a network")
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(
            f"{text!r} is not a network", hint='write it like "10.20.0.0/16" or "2001:db8::/32"'
        ) from None
    start = int(network.network_address)
    if network.version == 6 and network.prefixlen >= 96 and _V4 <= start < _V4_END:
        return ipaddress.IPv4Network((start - _V4, network.prefixlen - 96))
    return network


class Networks:
    """An immutable set of addresses. Search costs O(log n) in the number of separate intervals.

    `Networks(["10.0.0.0/8", "2001:db8::/32"])`; bits beyond a mask are ignored; `::/0` is every IPv6 address and no
    IPv4 one. `|`, `&`, `-` and `~` combine sets; `<=` is "subset of"; an empty set is false. Raises SettingsError
    for a text that is no network.
    """

    __slots__ = ("_edges",)
    _edges: tuple[int, ...]

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._edges = _merged(chain.from_iterable(spans(parse_network(text)) for text in networks))

    @classmethod
    def _of(cls, edges: Iterable[int]) -> Networks:
        made = cls()
        made._edges = tuple(edges)
        return made

    @classmethod
    def of_intervals(cls, intervals: Iterable[tuple[Address, Address]]) -> Networks:
        """Give the set of some intervals of the line: each a first address, and one past the last."""
        return cls._of(_merged((start, end) for start, end in intervals if start < end))

    def covers(self, address: Address) -> bool:
        """Whether an address is in the set."""
        return bisect_right(self._edges, address) & 1 == 1

    def __contains__(self, text: object) -> bool:
        address = parse_address(text) if isinstance(text, str) else None
        return address is not None and self.covers(address)

    def __bool__(self) -> bool:
        return bool(self._edges)

    def __eq__(self, other: object) -> bool:
        return self._edges == other._edges if isinstance(other, Networks) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._edges)

    def __le__(self, other: Networks) -> bool:
        return all(other._encloses(start, end) for start, end in self.intervals())

    def __or__(self, other: Networks) -> Networks:
        return self._combine(other, lambda here, there: here or there)

    def __and__(self, other: Networks) -> Networks:
        return self._combine(other, lambda here, there: here and there)

    def __sub__(self, other: Networks) -> Networks:
        return self._combine(other, lambda here, there: here and not there)

    def __invert__(self) -> Networks:
        return EVERYWHERE - self

    def __repr__(self) -> str:
        return f"Networks({self.cidrs()})"

    def cidrs(self) -> list[str]:
        """Give the fewest networks in CIDR notation that make up the set, IPv4 first, each family in order."""
        # A wide IPv6 network leaves out the block where IPv4 stands; giving it that block again makes it one.
        v6 = self | IPV4 if self._encloses(_V4 - _V4_SIZE, _V4) else self - IPV4
        return [
            f"{format_address(at)}/{width - bits}"
            for width, family in ((32, self & IPV4), (128, v6))
            for start, end in family.intervals()
            for at, bits in _blocks(start, end)
        ]

    def intervals(self) -> Iterator[tuple[Address, Address]]:
        """Yield the stretches of the line that make up the set, in order: first address, and one past the last."""
        return zip(self._edges[::2], self._edges[1::2], strict=True)

    def _encloses(self, start: int, end: int) -> bool:
        """Whether all of a non-empty interval is in the set."""
        at = bisect_right(self._edges, start)
        return at & 1 == 1 and end <= self._edges[at]

    def _combine(self, other: Networks, keep: Callable[[bool, bool], bool]) -> Networks:
        """Walk along the line from edge to edge of both sets; `keep` says which stretches belong to the result."""
        inside = [False]
        edges = sorted({*self._edges, *other._edges})
        inside += (keep(self.covers(edge), other.covers(edge)) for edge in edges)
        return Networks._of(
            edge for edge, (before, after) in zip(edges, pairwise(inside), strict=True) if before != after
        )


def _merged(intervals: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    edges: list[int] = []
    for start, end in sorted(intervals):
        if edges and start <= edges[-1]:
            edges[-1] = max(edges[-1], end)
        else:
            edges += (start, end)
    return tuple(edges)


def spans(network: Network) -> Iterator[tuple[int, int]]:
    """Give the stretches of the line that a network is: one, or two around IPv4 for a wide IPv6 network."""
    start = int(network.network_address) + (_V4 if network.version == 4 else 0)
    end = start + network.num_addresses
    if network.version == 6 and start <= _V4 < end:
        if start < _V4:
            yield start, _V4
        if end > _V4_END:
            yield _V4_END, end
    else:
        yield start, end


def _blocks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut an interval into the fewest CIDR blocks, each as its start and the number of bits that are free in it."""
    while start < end:
        fits = (end - start).bit_length() - 1
        aligned = (start & -start).bit_length() - 1 if start else fits
        bits = min(fits, aligned)
        yield start, bits
        start += 1 << bits


EVERYWHERE = Networks(["0.0.0.0/0", "::/0"])
IPV4 = Networks(["0.0.0.0/0"])
