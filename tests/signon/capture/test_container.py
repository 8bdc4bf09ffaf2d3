from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from limner.signon.capture.container import is_capture, opened
from limner.signon.errors import SignonError

from . import wire


def frames(path: Path) -> list[bytes]:
    with opened(path) as (frames, _):
        return [buffer[at:end] for _, _, buffer, at, end, _ in frames]


@pytest.mark.parametrize("pack", [lambda raw: raw, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize("kind", ["pcap", "pcapng"])
def test_either_format_is_opened_gzipped_or_not(tmp_path: Path, kind: str, pack: object) -> None:
    raw = wire.pcap([(0, b"x")]) if kind == "pcap" else wire.section() + wire.interface() + wire.packet(b"x", 0)
    file = tmp_path / "file"
    file.write_bytes(pack(raw))  # type: ignore[operator]
    assert frames(file) == [b"x"]
    assert is_capture(raw)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "is empty"),
        (b"hello, world", "is not a capture"),
        (b"GMBU....", "Network Monitor"),
        (gzip.compress(wire.pcap([(0, b"x" * 4000)]), mtime=0)[:-30], "cannot be unpacked"),
        (b"\x1f\x8bnonsense", "cannot be unpacked"),
    ],
)
def test_anything_else_is_refused_with_a_reason(tmp_path: Path, raw: bytes, message: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(raw)
    with pytest.raises(SignonError, match=message):
        frames(file)
    assert not is_capture(raw)


@pytest.mark.parametrize("pack", [lambda raw: raw, gzip.compress], ids=["plain", "gzipped"])
def test_standard_input_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch, pack: object) -> None:
    """It cannot be gone back in, as a file can."""
    receiving, sending = os.pipe()
    os.write(sending, pack(wire.pcap([(0, b"x"), (1000, b"y")])))  # type: ignore[operator]
    os.close(sending)
    with os.fdopen(receiving, encoding="latin-1") as pipe:
        monkeypatch.setattr("sys.stdin", pipe)
        assert frames(Path("-")) == [b"x", b"y"]
