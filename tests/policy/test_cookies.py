from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.policy.cookies import COOKIE_BYTES, COOKIES, parse_cookies

from .strategies import headers


def cookies(*lines: bytes) -> list[tuple[bytes, bytes]]:
    return parse_cookies([(b"cookie", line) for line in lines])


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        (b"", []),
        (b"a=b", [(b"a", b"b")]),
        (b"a=b; c=d", [(b"a", b"b"), (b"c", b"d")]),
        (b"a=b;c=d", [(b"a", b"b"), (b"c", b"d")]),
        (b" \ta = b \t;; c=d;", [(b"a", b"b"), (b"c", b"d")]),
        (b"a=", [(b"a", b"")]),
        (b"a=b=c", [(b"a", b"b=c")]),
        (b"a=1; a=2", [(b"a", b"1"), (b"a", b"2")]),
        (b"A=1; a=2", [(b"A", b"1"), (b"a", b"2")]),
        (b'a="b"', [(b"a", b'"b"')]),
        (b"a=b, c=d", [(b"a", b"b, c=d")]),
        (b"a", []),
        (b"=b", []),
        (b" =b", []),
        (b"a\x00b=\xff", [(b"a\x00b", b"\xff")]),
    ],
)
def test_a_header_is_cut_as_rfc_6265_says(line: bytes, pairs: list[tuple[bytes, bytes]]) -> None:
    assert cookies(line) == pairs


def test_several_headers_are_one_list() -> None:
    assert cookies(b"a=1", b"b=2; c=3") == [(b"a", b"1"), (b"b", b"2"), (b"c", b"3")]


def test_only_the_cookie_header_counts() -> None:
    assert parse_cookies([(b"set-cookie", b"a=1"), (b"cookie2", b"a=1"), (b"x-cookie", b"a=1")]) == []


def test_too_many_cookies_are_none() -> None:
    assert len(cookies(b"; ".join([b"a=b"] * COOKIES))) == COOKIES
    assert cookies(b"; ".join([b"a=b"] * (COOKIES + 1))) == []
    assert cookies(*[b"a=b"] * (COOKIES + 1)) == []


def test_too_many_bytes_are_none() -> None:
    assert cookies(b"a=" + b"x" * (COOKIE_BYTES - 2)) != []
    assert cookies(b"a=" + b"x" * (COOKIE_BYTES - 1)) == []
    assert cookies(b"a=1", b"b=" + b"x" * COOKIE_BYTES) == []


tokens = st.binary(min_size=1, max_size=8).filter(lambda raw: not set(raw) & set(b"=; \t"))


@given(st.lists(st.tuples(tokens, tokens | st.just(b"")), max_size=10), st.sampled_from([b";", b"; ", b" ;\t"]))
def test_what_is_joined_comes_back(pairs: list[tuple[bytes, bytes]], between: bytes) -> None:
    assert cookies(between.join(name + b"=" + value for name, value in pairs)) == pairs


@given(headers | st.lists(st.tuples(st.just(b"cookie"), st.binary(max_size=50)), max_size=3))
def test_rubbish_is_never_an_error(sent: list[tuple[bytes, bytes]]) -> None:
    assert all(name and b";" not in name + value for name, value in parse_cookies(sent))
