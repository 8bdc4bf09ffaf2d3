from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.frames import About
from limner.signon.capture.pcapng import read_pcapng
from limner.signon.errors import SignonError

from . import wire

order = st.sampled_from("<>")
ticks = st.integers(0, (1 << 64) - 1)


def read(raw: bytes) -> tuple[list[tuple[int, int, bytes]], About]:
    about = About("pcapng")
    return [
        (when, link, buffer[at:end]) for when, link, buffer, at, end, _ in read_pcapng(io.BytesIO(raw), about)
    ], about


interfaces = st.lists(st.tuples(st.sampled_from([1, 101, 113, 276]), st.integers(0, 12)), min_size=1, max_size=4)
packets = st.lists(st.tuples(st.integers(0, 3), ticks, st.binary(max_size=100)), max_size=8)


@given(st.lists(st.tuples(order, interfaces, packets), max_size=4))
def test_sections_and_interfaces_keep_their_own_order_link_and_clock(
    sections: list[tuple[str, list[tuple[int, int]], list[tuple[int, int, bytes]]]],
) -> None:
    raw, wanted = b"", []
    for order, interfaces, packets in [("<", [(1, 6)], []), *sections]:
        raw += wire.section(order) + b"".join(
            wire.interface(link, order, resolution=clock) for link, clock in interfaces
        )
        for which, at, frame in packets:
            which %= len(interfaces)
            raw += wire.packet(frame, at, which, order) + wire.block(0x0BAD, b"unknown", order)
            link, clock = interfaces[which]
            wanted.append((at * 10**9 // 10**clock, link, frame))
    got, about = read(raw)
    assert got == wanted
    assert about.notes == []


def test_binary_clocks_offsets_and_the_usual_clock() -> None:
    raw = wire.section()
    raw += wire.interface(resolution=0x80 | 10, offset=5) + wire.interface()
    raw += wire.packet(b"a", 512) + wire.packet(b"b", 7, 1)
    assert [when for when, _, _ in read(raw)[0]] == [5_500_000_000, 7000]


@given(st.data())
def test_a_file_that_was_cut_or_altered_ends_with_a_note(data: st.DataObject) -> None:
    raw = wire.section() + wire.interface() + b"".join(wire.packet(bytes([at]) * at, at) for at in range(9))
    whole, _ = read(raw)
    cut = data.draw(st.integers(12, len(raw)))
    got, about = read(raw[:cut])
    assert got == whole[: len(got)]
    altered = bytearray(raw)
    altered[data.draw(st.integers(12, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    got, about = read(bytes(altered))
    assert len(got) <= 9 or about.notes


def test_simple_and_old_packets_are_read() -> None:
    raw = wire.section() + wire.interface(snap=3)
    raw += wire.packet(b"one", 9)
    raw += wire.block(3, struct.pack("<I", 5) + b"two")
    raw += wire.block(2, struct.pack("<HHIIII", 0, 0, 0, 8, 5, 5) + b"three")
    got, about = read(raw)
    assert got == [(9000, 1, b"one"), (9000, 1, b"two"), (8000, 1, b"three")]
    assert about.snap == 3


def test_lost_packets_and_keys_in_the_file_are_told() -> None:
    statistics = struct.pack("<III", 0, 0, 0) + struct.pack("<HHQ", 5, 8, 7) + bytes(4)
    raw = wire.section() + wire.interface() + wire.block(5, statistics) + wire.block(10, b"LSKT" + bytes(8))
    about = read(raw)[1]
    assert about.dropped == 7
    assert about.holds_keys


def test_a_block_that_spans_pieces_is_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("limner.signon.capture.pcapng.PIECE", 13)
    raw = wire.section() + wire.interface() + b"".join(wire.packet(bytes([at]) * at, at) for at in range(30))
    assert [frame for _, _, frame in read(raw)[0]] == [bytes([at]) * at for at in range(30)]


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        (wire.packet(b"x", 0), "interface 0, which is not described"),
        (wire.interface() + struct.pack("<II", 6, 13) + bytes(8), "a block claims 13 bytes"),
        (wire.interface() + struct.pack("<II", 6, 1 << 30) + bytes(8), "a block claims 1073741824 bytes"),
        (wire.interface() + wire.block(6, struct.pack("<IIIII", 0, 0, 0, 99, 99)), "a packet claims 99 bytes"),
        (wire.interface() + wire.block(6, b""), "no room for its own header"),
        (wire.block(1, b""), "an interface cannot be read"),
    ],
)
def test_nonsense_is_named(raw: bytes, note: str) -> None:
    got, about = read(wire.section() + raw)
    assert got == []
    assert note in about.notes[0]


def test_what_only_begins_like_it_is_refused() -> None:
    with pytest.raises(SignonError, match="not a section"):
        read(b"\x0a\x0d\x0d\x0a" + bytes(20))
