from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.token import look_at
from ltpa.maker import body2, cell, ltpa2, user
from signon.fakes import tokens


def test_a_token_of_domino_shows_its_times_and_its_user() -> None:
    token = tokens.domino(created=100, expires=7300)
    for data in (token, b64decode(token), token + b"\0"):
        got = look_at(data)
        assert (got.kind, got.created, got.expires, got.user) == ("domino", 100, 7300, "CN=Jane Roe/O=ACME")


def test_tokens_of_websphere_are_told_as_far_as_their_length_tells() -> None:
    keys = cell()
    assert look_at(ltpa2(keys, body2(user("uid=jane,o=ex")))).kind == "ltpa1 or ltpa2"
    assert look_at(tokens.encrypted(248)).kind == "ltpa1"
    assert look_at(b64decode(tokens.encrypted(248))).kind == "not known"


@pytest.mark.parametrize("data", [b"", b"TOKENDATA", b"aGVsbG8=", b"\xff" * 300])
def test_anything_else_is_not_known(data: bytes) -> None:
    assert look_at(data).kind == "not known"


@given(st.binary(max_size=200))
def test_nothing_of_it_is_kept(data: bytes) -> None:
    got = look_at(data)
    assert got.words
    if got.kind != "domino":
        assert got == type(got)(got.kind, got.length)
