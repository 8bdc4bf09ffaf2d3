from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.link import READ, ip_at

from . import wire

PACKET = wire.ip("10.0.0.1", "10.0.0.2", b"payload")
PACKET6 = wire.ip("2001:db8::1", "2001:db8::2", b"payload")


@pytest.mark.parametrize("packet", [PACKET, PACKET6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize(
    ("link", "wrap"),
    [
        (1, wire.ethernet),
        (1, lambda packet: wire.ethernet(packet, 7)),
        (1, lambda packet: wire.ethernet(packet, 7, 9, 4095)),
        (113, wire.cooked),
        (276, wire.cooked2),
        (101, bytes),
        (12, bytes),
        (0, wire.loopback),
        (0, lambda packet: wire.loopback(packet, ">")),
        (108, lambda packet: wire.loopback(packet, ">")),
    ],
    ids=["Ethernet", "VLAN", "stacked", "cooked", "cooked 2", "raw", "raw 12", "null", "null, swapped", "loop"],
)  # fmt: skip
def test_the_packet_is_found_wherever_the_frame_stands(link: int, wrap: object, packet: bytes) -> None:
    frame = wrap(packet)  # type: ignore[operator]
    buffer = b"before" + frame + b"after"
    at = ip_at(link, buffer, 6, 6 + len(frame))
    assert buffer[at : at + len(packet)] == packet


def test_what_is_no_ip_is_told_from_what_is_not_read() -> None:
    assert ip_at(1, bytes(12) + b"\x08\x06" + bytes(40), 0, 54) == -1
    assert ip_at(105, bytes(60), 0, 60) == -2


@given(st.binary(max_size=80), st.integers(0, 300))
def test_no_frame_leads_outside_of_itself(raw: bytes, link: int) -> None:
    at = ip_at(link, raw + bytes(40), 0, len(raw))
    assert at in (-1, -2) or 0 <= at < len(raw)
    assert (at == -2) == (link not in READ)
