from __future__ import annotations

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.packet import ACK, SYN, Datagram, Dissector, Segment, Unreachable

from . import wire

CLIENT, SERVER = ("10.0.0.5", 50000), ("10.1.2.3", 1352)
CLIENT6, SERVER6 = ("2001:db8::5", 50000), ("2001:db8::3", 1352)


def read(frame: bytes, link: int = 1, snap: int | None = None, dissector: Dissector | None = None) -> object:
    cut = frame[:snap]
    buffer = b"\xff" * 60 + cut + b"\xff" * 60  # other frames stand around it
    return (dissector or Dissector({1352})).read(7, 99, link, buffer, 60, 60 + len(cut), len(frame))


def test_a_segment_has_what_its_headers_say() -> None:
    raw = wire.ip(CLIENT[0], SERVER[0], wire.tcp(CLIENT, SERVER, 5, 6, ACK, b"hello"), ttl=99, ident=1234)
    got = read(wire.ethernet(raw) + bytes(9))  # padded, as short frames are
    assert isinstance(got, Segment)
    assert (got.number, got.when, got.source_port, got.target_port) == (7, 99, 50000, 1352)
    assert (got.source, got.target) == (ip_address(CLIENT[0]).packed, ip_address(SERVER[0]).packed)
    assert (got.seq, got.ack, got.flags, got.window, got.ttl, got.ident) == (5, 6, ACK, 1000, 99, 1234)
    assert (got.data, got.length) == (b"hello", 5)


def test_ipv4_options_and_ipv6_extensions_are_passed_over() -> None:
    raw = wire.ip(CLIENT[0], SERVER[0], wire.tcp(CLIENT, SERVER, 5, 6, ACK, b"hello"), options=bytes(8))
    assert isinstance(got := read(wire.ethernet(raw, 5)), Segment)
    assert got.data == b"hello"
    hop, destination, authentication = b"\x3c\0" + bytes(6), b"\x33\1" + bytes(14), b"\x06\1" + bytes(10)
    tcp = wire.tcp(CLIENT6, SERVER6, 5, 6, ACK, b"hello")
    raw = wire.ip(CLIENT6[0], SERVER6[0], tcp, extensions=hop + destination + authentication, first=0)
    assert isinstance(got := read(wire.ethernet(raw)), Segment)
    assert (got.data, got.source, got.ident) == (b"hello", ip_address(CLIENT6[0]).packed, 0)


def test_other_ports_are_of_no_use() -> None:
    assert (
        read(wire.ethernet(wire.ip("10.0.0.1", "10.0.0.2", wire.tcp(("10.0.0.1", 1), ("10.0.0.2", 2), 0, 0, SYN))))
        is None
    )


def test_the_snap_length_leaves_the_true_length() -> None:
    frame = wire.ethernet(wire.ip(CLIENT[0], SERVER[0], wire.tcp(CLIENT, SERVER, 5, 6, ACK, b"x" * 100)))
    assert isinstance(got := read(frame, snap=64), Segment)
    assert (got.data, got.length) == (b"x" * 10, 100)
    counted = Dissector({1352})
    assert read(frame, snap=50, dissector=counted) is None
    assert counted.short == 1


def test_a_length_of_nothing_means_that_the_card_was_to_split_it() -> None:
    raw = bytearray(wire.ip(CLIENT[0], SERVER[0], wire.tcp(CLIENT, SERVER, 5, 6, ACK, b"x" * 100)))
    raw[2:4] = b"\0\0"
    assert isinstance(got := read(wire.ethernet(bytes(raw))), Segment)
    assert got.length == 100


@pytest.mark.parametrize("version", [4, 6])
def test_fragments_are_counted_and_only_the_first_is_read(version: int) -> None:
    dissector = Dissector({1352})
    client, server = (CLIENT, SERVER) if version == 4 else (CLIENT6, SERVER6)
    tcp = wire.tcp(client, server, 5, 6, ACK, b"x" * 100)
    for more, offset, payload in ((1, 0, tcp[:64]), (0, 64, tcp[64:])):
        if version == 4:
            raw = wire.ip(client[0], server[0], payload, fragment=more << 13 | offset // 8)
        else:
            head = struct.pack(">BBHI", 6, 0, offset | more, 9)
            raw = wire.ip(client[0], server[0], payload, extensions=head, first=44)
        got = read(wire.ethernet(raw), dissector=dissector)
        assert isinstance(got, Segment) == (offset == 0)
    assert dissector.fragments == 2


@pytest.mark.parametrize(("code", "prohibited"), [(1, False), (3, False), (13, True)])
def test_icmp_says_which_segment_did_not_arrive(code: int, prohibited: bool) -> None:
    quoted = wire.ip(CLIENT[0], SERVER[0], wire.tcp(CLIENT, SERVER, 5, 0, SYN))[:28]
    raw = wire.ip("10.9.9.9", CLIENT[0], struct.pack(">BBHI", 3, code, 0, 0) + quoted, 1)
    got = read(wire.ethernet(raw))
    assert isinstance(got, Unreachable)
    assert (got.by, got.target_port, got.prohibited) == (ip_address("10.9.9.9").packed, 1352, prohibited)
    quoted = wire.ip(CLIENT6[0], SERVER6[0], wire.tcp(CLIENT6, SERVER6, 5, 0, SYN))
    raw = wire.ip("2001:db8::9", CLIENT6[0], struct.pack(">BBHI", 1, 1, 0, 0) + quoted, 58)
    assert isinstance(got := read(wire.ethernet(raw)), Unreachable)
    assert got.prohibited
    assert got.source_port == 50000


def test_dns_answers_are_given_whole() -> None:
    assert isinstance(got := read(wire.ethernet(wire.dns_answer("10.0.0.5", "a.example", "10.1.2.3")[1])), Datagram)
    assert got.target == ip_address("10.0.0.5").packed


@given(st.binary(max_size=150), st.sampled_from([0, 1, 101, 108, 113, 276]), st.integers(0, 200))
def test_no_frame_is_too_odd(raw: bytes, link: int, original: int) -> None:
    for frame in (raw, bytes(12) + b"\x08\x00\x45" + raw, bytes(12) + b"\x86\xdd\x60" + raw):
        got = Dissector({1352, 0}).read(1, 0, link, frame, 0, len(frame), original)
        assert not isinstance(got, Segment) or len(got.data) <= max(got.length, 0) <= 70_000
