"""An answer's bytes: what goes in comes out, up to the limit exactly."""

from __future__ import annotations

import gzip

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.fetch import FetchError, body


def response(raw: bytes, cut: int, **headers: str) -> httpx.Response:
    pieces = [raw[at : at + cut] for at in range(0, len(raw), cut)]
    return httpx.Response(200, headers={k.replace("_", "-"): v for k, v in headers.items()}, content=iter(pieces))


@given(st.binary(max_size=500), st.integers(1, 50), st.integers(0, 600))
def test_bytes_come_whole_or_not_at_all(raw: bytes, cut: int, limit: int) -> None:
    if len(raw) <= limit:
        assert body.read(response(raw, cut), limit, "x") == raw
    else:
        with pytest.raises(FetchError, match="larger than"):
            body.read(response(raw, cut), limit, "x")


@given(st.binary(max_size=500), st.integers(1, 50), st.integers(0, 600))
def test_so_do_packed_ones(raw: bytes, cut: int, limit: int) -> None:
    packed = gzip.compress(raw)
    answer = response(packed, cut, content_encoding="gzip")
    if max(len(raw), len(packed)) <= limit:
        assert body.read(answer, limit, "x") == raw
    else:
        with pytest.raises(FetchError, match="larger than"):
            body.read(answer, limit, "x")


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_packed_answer_that_ends_early_is_none(raw: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(raw)
    cut = packed[: data.draw(st.integers(1, len(packed) - 1))]
    with pytest.raises(FetchError, match="ends early"):
        body.read(response(cut, 7, content_encoding="gzip"), 1000, "x")


def test_a_length_that_is_too_long_is_believed() -> None:
    answer = httpx.Response(200, headers={"content-length": "1001"}, content=iter([b"x"]))
    with pytest.raises(FetchError, match="larger than the 1,000 bytes"):
        body.read(answer, 1000, "x")
