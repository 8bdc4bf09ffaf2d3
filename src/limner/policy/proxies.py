"""Where a visitor really is: the peer, or what trusted proxies wrote into X-Forwarded-For."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from limner.policy.networks import Address, Networks, format_address, parse_address

HOPS = 32  # entries that are walked before the address counts as unknown
UNIX = "unix"

_HOP = re.compile(
    rb"""[ \t]* (?: \[ (?P<bracketed>[0-9A-Fa-f:.]{2,45}) \] (?: : \d{1,5} )?
                  | (?P<v4>[0-9.]{7,15}) (?: : \d{1,5} )?
                  | (?P<v6>[0-9A-Fa-f:.]{2,45}) ) [ \t]* \Z""",
    re.VERBOSE,
)


class Client(NamedTuple):
    """The address that a request comes from, and how the audit trail calls it."""

    address: Address | None
    who: str


UNKNOWN = Client(None, "unknown address")


class Proxies:
    """Peers whose X-Forwarded-For is believed: networks, addresses, or "unix" for the peers of a unix socket."""

    __slots__ = ("_unix", "networks")

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        texts = list(trusted)
        self._unix = UNIX in texts
        self.networks = Networks(text for text in texts if text != UNIX)

    def trusts(self, peer: str | None) -> bool:
        """Whether a peer is one of these; None is that of a unix socket."""
        address = parse_address(peer) if peer is not None else None
        return self._unix if peer is None else address is not None and self.networks.covers(address)

    def client(self, peer: str | None, headers: Sequence[tuple[bytes, bytes]]) -> Client:
        """Give the client of a request: `peer` is the TCP peer's address, None for a unix socket.

        From a trusted peer, X-Forwarded-For is walked from right to left (several lines are one list) for as long as
        the hops are trusted; if all are, the leftmost is the client. An entry that is not an address, or a walk of
        more than HOPS entries, makes the address unknown.
        """
        if peer is None:
            client = UNKNOWN
            if not self._unix:
                return client
        else:
            address = parse_address(peer)
            if address is None:
                return UNKNOWN
            client = Client(address, peer if ":" not in peer else format_address(address))
            if not self.networks.covers(address):
                return client
        for walked, entry in enumerate(_from_the_right(headers)):
            hop = _parse_hop(entry) if walked < HOPS else None
            if hop is None:
                return UNKNOWN
            client = Client(hop, format_address(hop))
            if not self.networks.covers(hop):
                break
        return client


def _from_the_right(headers: Sequence[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for name, value in reversed(headers):
        if name == b"x-forwarded-for":
            # no more is cut than can be walked: a long header costs what a short one does
            yield from reversed(value.rsplit(b",", HOPS))


def _parse_hop(entry: bytes) -> Address | None:
    """Read an entry: an address, `address:port` for IPv4, `[address]` or `[address]:port` for IPv6."""
    match = _HOP.match(entry)
    if match is None:
        return None
    if match["bracketed"]:
        inner = match["bracketed"]
        return parse_address(inner.decode("ascii")) if b":" in inner else None
    return parse_address((match["v4"] or match["v6"]).decode("ascii"))
