"""Builds packets and capture files byte by byte: VLANs, loss, odd links, which no session on loopback can show."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from limner.signon.capture.packet import ACK, FIN, RST, SYN

SECOND = 1_000_000_000
NOON = 1_475_575_200 * SECOND  # 2016-10-04 10:00 UTC


def checksum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def tcp(
    source: tuple[str, int],
    target: tuple[str, int],
    seq: int,
    ack: int,
    flags: int,
    data: bytes = b"",
    window: int = 1000,
) -> bytes:
    one, other = ip_address(source[0]).packed, ip_address(target[0]).packed
    head = struct.pack(
        ">HHIIBBHHH", source[1], target[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags, window, 0, 0
    )
    length = len(head) + len(data)
    pseudo = one + other + (struct.pack(">BBH", 0, 6, length) if len(one) == 4 else struct.pack(">II", length, 6))
    return head[:16] + struct.pack(">H", checksum(pseudo + head + data)) + head[18:] + data


def ip(source: str, target: str, payload: bytes, protocol: int = 6, *, ttl: int = 64, fragment: int = 0x4000,
       ident: int = 1, options: bytes = b"", extensions: bytes = b"", first: int | None = None) -> bytes:  # fmt: skip
    """Give an IP packet of its addresses' version; `extensions` follow IPv6's header, the first of kind `first`."""
    one, other = ip_address(source).packed, ip_address(target).packed
    if len(one) == 16:
        length = len(extensions) + len(payload)
        following = protocol if first is None else first
        return struct.pack(">IHBB", 6 << 28, length, following, ttl) + one + other + extensions + payload
    size = 20 + len(options)
    head = struct.pack(">BBHHHBBH", 0x40 | size // 4, 0, size + len(payload), ident, fragment, ttl, protocol, 0)
    head += one + other + options
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def ethernet(packet: bytes, *tags: int) -> bytes:
    kind = b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"
    vlan = b"".join(b"\x81\x00" + struct.pack(">H", tag) for tag in tags)
    return bytes(12) + vlan + kind + packet


def cooked(packet: bytes) -> bytes:
    return struct.pack(">HHH8sH", 0, 1, 6, bytes(8), 0x0800 if packet[0] >> 4 == 4 else 0x86DD) + packet


def cooked2(packet: bytes) -> bytes:
    return struct.pack(">HHIHBB8s", 0x0800 if packet[0] >> 4 == 4 else 0x86DD, 0, 1, 1, 0, 6, bytes(8)) + packet


def loopback(packet: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "I", 2 if packet[0] >> 4 == 4 else 30) + packet


Frames = Sequence[tuple[int, bytes]]  # nanoseconds since 1970, bytes


def pcap(frames: Frames, *, link: int = 1, order: str = "<", nano: bool = False, snap: int = 0) -> bytes:
    parts = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, snap or 262144, link)]
    for when, frame in frames:
        cut = frame[: snap or None]
        ticks = when % SECOND // (1 if nano else 1000)
        parts += [struct.pack(order + "IIII", when // SECOND, ticks, len(cut), len(frame)), cut]
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + length + body + length


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(
    link: int = 1, order: str = "<", *, resolution: int | None = None, snap: int = 0, offset: int = 0
) -> bytes:
    options = b""
    if resolution is not None:
        options += struct.pack(order + "HHB3x", 9, 1, resolution)
    if offset:
        options += struct.pack(order + "HHq", 14, 8, offset)
    if options:
        options += bytes(4)
    return block(1, struct.pack(order + "HHI", link, 0, snap) + options, order)


def packet(frame: bytes, ticks: int, which: int = 0, order: str = "<", *, original: int | None = None) -> bytes:
    head = struct.pack(order + "IIIII", which, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), original or len(frame))
    return block(6, head + frame, order)


@dataclass
class Session:
    """A TCP session of one client and one server, packet by packet; `frames` are the IP packets."""

    client: tuple[str, int] = ("10.0.0.5", 50000)
    server: tuple[str, int] = ("10.1.2.3", 1352)
    when: int = NOON
    step: int = SECOND // 1000
    seqs: list[int] = field(default_factory=lambda: [1000, 9000])  # the client's next, the server's next
    frames: list[tuple[int, bytes]] = field(default_factory=list)

    def send(self, by_client: bool, flags: int, data: bytes = b"", *, seq: int | None = None, ttl: int = 64) -> Session:
        source, target = (self.client, self.server) if by_client else (self.server, self.client)
        me, you = (0, 1) if by_client else (1, 0)
        number = self.seqs[me] if seq is None else seq
        raw = tcp(source, target, number, self.seqs[you], flags, data)
        self.frames.append((self.when, ip(source[0], target[0], raw, ttl=ttl)))
        self.when += self.step
        if seq is None:
            self.seqs[me] += len(data) + bool(flags & SYN) + bool(flags & FIN)
        return self

    def syn(self) -> Session:
        return self.send(True, SYN)

    def open(self) -> Session:
        return self.syn().send(False, SYN | ACK).send(True, ACK)

    def says(self, data: bytes, *, by_client: bool = True) -> Session:
        return self.send(by_client, ACK, data)

    def answers(self, data: bytes) -> Session:
        return self.says(data, by_client=False)

    def fin(self, *, by_client: bool) -> Session:
        return self.send(by_client, FIN | ACK).send(not by_client, FIN | ACK).send(by_client, ACK)

    def rst(self, *, by_client: bool, ttl: int = 64) -> Session:
        return self.send(by_client, RST | ACK, ttl=ttl)

    def wait(self, seconds: float) -> Session:
        self.when += int(seconds * SECOND)
        return self


def saved(path: Path, *sessions: Session | Iterable[tuple[int, bytes]]) -> Path:
    """Write the packets of all sessions into one file, in the order of their times."""
    frames = [frame for each in sessions for frame in (each.frames if isinstance(each, Session) else each)]
    frames.sort(key=lambda frame: frame[0])
    path.write_bytes(pcap([(when, ethernet(raw)) for when, raw in frames], nano=True))
    return path


def dns_answer(
    client: str, name: str, *addresses: str, when: int = NOON, alias: str | None = None, code: int = 0, number: int = 1
) -> tuple[int, bytes]:
    """Give a DNS server's answer as an IP packet with its time."""
    import dns.message
    import dns.rrset

    message = dns.message.make_response(dns.message.make_query(name, "A", id=number))
    message.set_rcode(code)
    owner = name
    if alias:
        message.answer.append(dns.rrset.from_text(name + ".", 60, "IN", "CNAME", alias + "."))
        owner = alias
    if addresses:
        message.answer.append(dns.rrset.from_text(owner + ".", 60, "IN", "A", *addresses))
    wire = message.to_wire()
    return when, ip("10.0.0.53", client, struct.pack(">HHHH", 53, 40000, 8 + len(wire), 0) + wire, 17)
