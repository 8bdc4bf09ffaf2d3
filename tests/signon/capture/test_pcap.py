from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.frames import About
from limner.signon.capture.pcap import read_pcap
from limner.signon.errors import SignonError

from . import wire

times = st.integers(0, (1 << 32) * wire.SECOND - 1)
frames = st.lists(st.tuples(times, st.binary(max_size=200)), max_size=20)
order = st.sampled_from("<>")


def read(raw: bytes) -> tuple[list[tuple[int, bytes]], About]:
    about = About("pcap")
    return [(when, buffer[at:end]) for when, _, buffer, at, end, _ in read_pcap(io.BytesIO(raw), about)], about


@given(frames, order, st.booleans())
def test_what_is_written_is_read(frames: wire.Frames, order: str, nano: bool) -> None:
    got, about = read(wire.pcap(frames, order=order, nano=nano))
    tick = 1 if nano else 1000
    assert got == [(when // tick * tick, frame) for when, frame in frames]
    assert about.notes == []
    assert about.snap is None


@given(frames, order, st.data())
def test_a_file_that_was_cut_gives_what_is_whole(frames: wire.Frames, order: str, data: st.DataObject) -> None:
    raw = wire.pcap(frames, order=order, nano=True)
    cut = data.draw(st.integers(24, len(raw)))
    got, about = read(raw[:cut])
    assert got == list(frames)[: len(got)]
    assert bool(about.notes) == (wire.pcap(frames[: len(got)], order=order, nano=True) != raw[:cut])


def test_pieces_of_a_large_file_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("limner.signon.capture.pcap.PIECE", 37)
    frames = [(number * 1000, bytes([number]) * (number * 7 % 90)) for number in range(200)]
    assert read(wire.pcap(frames))[0] == frames


def test_a_snap_length_shows_what_was_on_the_wire() -> None:
    about = About("pcap")
    raw = wire.pcap([(0, b"x" * 100)], snap=60, link=113)
    [(_, link, buffer, at, end, original)] = read_pcap(io.BytesIO(raw), about)
    assert (link, end - at, original, about.snap) == (113, 60, 100, 60)
    assert buffer[at:end] == b"x" * 60


def test_a_length_that_cannot_be_is_said_and_ends_the_reading() -> None:
    raw = wire.pcap([(0, b"good")]) + b"\xff" * 40
    got, about = read(raw)
    assert got == [(0, b"good")]
    assert about.notes == ["damaged after packet 1: the next claims 4294967295 bytes; read up to there"]


def test_a_file_of_half_a_header_is_refused() -> None:
    with pytest.raises(SignonError, match="ends within its header"):
        read(wire.pcap([])[:20])
