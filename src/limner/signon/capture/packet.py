"""From a frame to what sign-on is made of: TCP segments of certain ports, DNS answers, reports of unreachable hosts.

IPv4 with options, IPv6 with extension headers. Fragments are counted, not put together: what the later ones carry is
missing from its conversation, which says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from struct import Struct
from typing import Final, NamedTuple

from limner.signon.capture.link import ETHERNET, ip_at

_ICMP, _TCP, _UDP, _ICMP6 = 1, 6, 17, 58
_DNS: Final = 53
FIN, SYN, RST, ACK = 1, 2, 4, 16

_PLAIN: Final = b"\x08\x00\x45"  # Ethernet's type of IPv4, and a header of 20 bytes
_ports = Struct(">HH").unpack_from
_three = Struct(">HHH").unpack_from
_half = Struct(">H").unpack_from
_tcp = Struct(">HHIIBBH").unpack_from

_EXTENSIONS: Final = frozenset({0, 43, 60, 135})  # each says its length in the same way
_MOST_EXTENSIONS: Final = 8
_FRAGMENT, _AUTHENTICATION = 44, 51

_UNREACHABLE: Final = {
    0: "the network cannot be reached",
    1: "the host cannot be reached",
    2: "the host does not speak TCP",
    3: "the port cannot be reached",
    4: "the packet is too big for the way, and may not be split",
    9: "the network is administratively prohibited",
    10: "the host is administratively prohibited",
    13: "communication is administratively prohibited",
}
_UNREACHABLE6: Final = {
    0: "there is no route",
    1: "communication is administratively prohibited",
    3: "the host cannot be reached",
    4: "the port cannot be reached",
    5: "the source address is refused",
    6: "the route is refused",
}
_PROHIBITED: Final = frozenset({"4:9", "4:10", "4:13", "6:1", "6:5", "6:6"})


class Segment(NamedTuple):
    """A TCP segment. Addresses are packed; `data` is what was captured of the `length` bytes that it carried."""

    number: int
    when: int  # nanoseconds since 1970
    source: bytes
    source_port: int
    target: bytes
    target_port: int
    seq: int
    ack: int
    flags: int
    window: int
    ttl: int
    ident: int  # IPv4's identification; 0 for IPv6
    data: bytes
    length: int


class Datagram(NamedTuple):
    """A DNS message over UDP."""

    number: int
    when: int
    source: bytes
    target: bytes
    data: bytes


class Unreachable(NamedTuple):
    """A router or host says that a segment did not arrive (ICMP)."""

    number: int
    when: int
    by: bytes
    reason: str
    prohibited: bool  # by somebody's decision, not by a fault
    source: bytes
    source_port: int
    target: bytes
    target_port: int


Packet = Segment | Datagram | Unreachable


class Dissector:
    """Reads frames, and counts what it leaves out."""

    def __init__(self, ports: Collection[int]) -> None:
        self._wanted = frozenset(ports)
        self.links: Counter[int] = Counter()  # frames of each link type that is not read
        self.fragments = 0  # of TCP
        self.short = 0  # headers that the snap length cut off

    def read(self, number: int, when: int, link: int, buffer: bytes, at: int, end: int, original: int) -> Packet | None:
        """Give what a frame holds, if it is of use."""
        if link == ETHERNET and buffer[at + 12 : at + 15] == _PLAIN and end - at >= 54 and buffer[at + 23] == _TCP:
            source_port, target_port = _ports(buffer, at + 34)  # most frames are of no use: soon told
            if source_port in self._wanted or target_port in self._wanted or _half(buffer, at + 20)[0] & 0x3FFF:
                return self._ipv4(number, when, buffer, at + 14, end, at + original)
            return None
        ip = ip_at(link, buffer, at, end)
        if ip < 0:
            if ip == -2:
                self.links[link] += 1
            return None
        version = buffer[ip] >> 4
        if version == 4:
            return self._ipv4(number, when, buffer, ip, end, at + original)
        return self._ipv6(number, when, buffer, ip, end, at + original) if version == 6 else None

    def _ipv4(self, number: int, when: int, buffer: bytes, ip: int, end: int, wire_end: int) -> Packet | None:
        if end - ip < 20:
            self.short += 1
            return None
        header = (buffer[ip] & 15) * 4
        total, ident, fragment = _three(buffer, ip + 2)
        if fragment & 0x3FFF:
            self.fragments += buffer[ip + 9] == _TCP
            if fragment & 0x1FFF:
                return None
        if total:  # 0: the network card was to split a larger one
            wire_end = ip + total
        if header < 20 or wire_end < ip + header:
            return None
        addresses = buffer[ip + 12 : ip + 16], buffer[ip + 16 : ip + 20]
        ttl, protocol = buffer[ip + 8], buffer[ip + 9]
        return self._payload(number, when, buffer, ip + header, end, wire_end, protocol, addresses, ttl, ident)

    def _ipv6(self, number: int, when: int, buffer: bytes, ip: int, end: int, wire_end: int) -> Packet | None:
        if end - ip < 40:
            self.short += 1
            return None
        (length,) = _half(buffer, ip + 4)
        if length:
            wire_end = ip + 40 + length
        following, at = buffer[ip + 6], ip + 40
        for _ in range(_MOST_EXTENSIONS):
            if following not in _EXTENSIONS and following not in (_FRAGMENT, _AUTHENTICATION):
                break
            if end - at < 8:
                self.short += 1
                return None
            if following == _FRAGMENT:
                (fragment,) = _half(buffer, at + 2)
                if fragment & 0xFFF9:
                    self.fragments += buffer[at] == _TCP
                    if fragment & 0xFFF8:
                        return None
                size = 8
            else:
                size = (buffer[at + 1] + 2) * 4 if following == _AUTHENTICATION else (buffer[at + 1] + 1) * 8
            following, at = buffer[at], at + size
        addresses = buffer[ip + 8 : ip + 24], buffer[ip + 24 : ip + 40]
        return self._payload(number, when, buffer, at, end, wire_end, following, addresses, buffer[ip + 7], 0)

    def _payload(
        self,
        number: int,
        when: int,
        buffer: bytes,
        at: int,
        end: int,
        wire_end: int,
        protocol: int,
        addresses: tuple[bytes, bytes],
        ttl: int,
        ident: int,
    ) -> Packet | None:
        end = min(end, wire_end)  # what is above is the frame's padding
        if protocol == _TCP:
            if end - at < 20:
                self.short += 1
                return None
            source_port, target_port, seq, ack, offset, flags, window = _tcp(buffer, at)
            data = at + (offset >> 4) * 4
            if (source_port not in self._wanted and target_port not in self._wanted) or data < at + 20:
                return None
            length = max(wire_end - data, 0)
            source, target = addresses
            return Segment(
                number,
                when,
                source,
                source_port,
                target,
                target_port,
                seq,
                ack,
                flags,
                window,
                ttl,
                ident,
                buffer[data:end],
                length,
            )
        if protocol == _UDP and end - at > 8:
            if buffer[at : at + 2] == b"\x00\x35":  # from port 53
                return Datagram(number, when, *addresses, buffer[at + 8 : end])
            return None
        if protocol in (_ICMP, _ICMP6):
            return self._unreachable(number, when, addresses[0], buffer[at:end], protocol)
        return None

    def _unreachable(self, number: int, when: int, by: bytes, raw: bytes, protocol: int) -> Unreachable | None:
        """Read a report that quotes the begin of a TCP segment."""
        if len(raw) < 8 or raw[0] != (3 if protocol == _ICMP else 1):
            return None
        quoted, words = raw[8:], _UNREACHABLE if protocol == _ICMP else _UNREACHABLE6
        if protocol == _ICMP:
            if len(quoted) < 20 or quoted[9] != _TCP:
                return None
            source, target, tcp = quoted[12:16], quoted[16:20], quoted[(quoted[0] & 15) * 4 :]
        else:
            if len(quoted) < 40 or quoted[6] != _TCP:
                return None
            source, target, tcp = quoted[8:24], quoted[24:40], quoted[40:]
        if len(tcp) < 4:
            return None
        source_port, target_port = _ports(tcp)
        if target_port not in self._wanted:
            return None
        reason = words.get(raw[1], f"it cannot be reached (code {raw[1]})")
        prohibited = f"{4 if protocol == _ICMP else 6}:{raw[1]}" in _PROHIBITED
        return Unreachable(number, when, by, reason, prohibited, source, source_port, target, target_port)
