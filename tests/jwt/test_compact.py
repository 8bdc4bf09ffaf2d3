"""base64url and JSON, each with one meaning: compared with Python's own."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.jwt.compact import decode, read_object, split
from limner.jwt.errors import RefusedError

from .maker import b64


@given(st.binary(max_size=200))
def test_what_is_encoded_is_decoded(raw: bytes) -> None:
    assert decode(b64(raw), "piece") == raw


@given(st.text("ABab01-_+/= .\n", max_size=12).map(str.encode) | st.binary(max_size=8))
def test_only_what_an_encoder_would_have_written_is_taken(piece: bytes) -> None:
    """The law: decoding and encoding again gives the same text, or it is refused."""
    try:
        raw = decode(piece, "piece")
    except RefusedError:
        if len(piece) % 4 != 1 and not piece.translate(None, b"ABab01-_"):
            again = base64.urlsafe_b64decode(piece + b"=" * (-len(piece) % 4))
            assert b64(again) != piece
        return
    assert b64(raw) == piece


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=5), _values), st.booleans(), st.sampled_from([None, 1]))
def test_objects_are_read_as_python_reads_them(value: dict[str, Any], ascii_only: bool, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    try:
        assert read_object(raw, "text") == json.loads(raw.decode("utf-8", "surrogatepass"))
    except RefusedError:
        assert "\\ud" in json.dumps(value)  # half of a character


_keys = st.lists(
    st.tuples(st.sampled_from(["a", "b", 'a"', ":", '":', "\\u0061", "{"]), st.sampled_from([1, '":', "{"])), max_size=5
)


@given(_keys, st.sampled_from(["", " ", "\n"]), st.booleans())
def test_a_name_that_stands_twice_is_always_noticed(pairs: list[tuple[str, Any]], space: str, nested: bool) -> None:
    names = [name if name == "\\u0061" else json.dumps(name)[1:-1] for name, _ in pairs]
    text = (
        "{"
        + ",".join(f'"{name}"{space}:{json.dumps(value)}' for name, (_, value) in zip(names, pairs, strict=True))
        + "}"
    )
    raw = (f'{{"in":{text}}}' if nested else text).encode()
    meant = [json.loads(f'"{name}"') for name in names]
    if len(set(meant)) < len(meant):
        with pytest.raises(RefusedError, match="stands twice"):
            read_object(raw, "text")
    else:
        assert read_object(raw, "text") == json.loads(raw)


@pytest.mark.parametrize("raw", [b"1", b"[]", b'"{}"', b"", b"{} {}", b"{'a':1}", b'{"a":1,}', b'{"a":01}', b"{\0}"])
def test_all_else_is_refused(raw: bytes) -> None:
    with pytest.raises(RefusedError):
        read_object(raw, "text")


def test_pieces() -> None:
    assert split(b"a.b.c") == (b"a", b"b", b"c")
    for token in (b"", b"a", b"a.b", b"a.b.c.d", b"a.b.c.d.e"):
        with pytest.raises(RefusedError):
            split(token)
