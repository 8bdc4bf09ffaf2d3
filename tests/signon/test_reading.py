from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon import reading
from limner.signon.errors import SignonError

from .conftest import Put


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_text_is_read_in_every_encoding_that_windows_writes(put: Put, code: str) -> None:
    text = "Verbindung zu Müller/ACME\r\nzweite Zeile, etwas länger"
    file = put("trace.txt", text.encode(code))
    assert reading.decode(file.read_bytes()) == text.replace("\r\n", "\n")
    assert [line for _, line in reading.lines(file)] == text.split("\r\n")


def test_lines_are_numbered_and_long_ones_cut(put: Put) -> None:
    file = put("long", b"a\n" + b"b" * 100_000 + b"\nc")
    found = list(reading.lines(file))
    assert [number for number, _ in found] == [1, 2, 3]
    assert [len(line) for _, line in found] == [1, reading.LONGEST, 1]


@given(st.binary(max_size=400))
def test_any_bytes_are_lines(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any"
    file.write_bytes(raw)
    assert all(number > 0 and isinstance(line, str) for number, line in reading.lines(file))
    reading.decode(raw)


def test_a_line_without_end_takes_no_memory(put: Put) -> None:
    file = put("big", b"x" * (20 << 20))
    tracemalloc.start()
    assert len(list(reading.lines(file))) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_progress_is_told_in_bytes(put: Put) -> None:
    told: list[tuple[int, int]] = []
    for code in ("utf-8", "utf-16"):
        told.clear()
        file = put("log", ("x\n" * 10_000).encode(code))
        assert len(list(reading.lines(file, lambda done, of: told.append((done, of))))) == 10_000
        size = file.stat().st_size
        assert [of for _, of in told] == [size, size]
        assert 0 < told[0][0] <= told[1][0] <= size


def test_a_file_that_is_too_large_or_not_there(put: Put, tmp_path: Path) -> None:
    assert reading.read(put("a", "1234"), 4) == b"1234"
    with pytest.raises(SignonError, match="larger than 3 bytes"):
        reading.read(put("a", "1234"), 3)
    with pytest.raises(SignonError, match="No such file"):
        reading.read(tmp_path / "none")
    with pytest.raises(SignonError, match="Is a directory"):
        list(reading.lines(tmp_path))
    with pytest.raises(SignonError, match="No such file"):
        reading.head(tmp_path / "none")
