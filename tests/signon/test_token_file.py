from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.errors import SignonError
from limner.signon.token_file import MOST_BYTES, read_token_file, recognise, token_in
from signon.fakes import tokens

from .conftest import Put

TOKEN = tokens.domino(created=0, expires=99)


@pytest.mark.parametrize(
    "content",
    [TOKEN, TOKEN + b"\r\n", b"LtpaToken=" + TOKEN, b"Cookie: LtpaToken2=" + TOKEN + b"; a=b", b'"' + TOKEN + b'"'],
)
def test_a_token_is_known_however_it_was_copied(put: Put, content: bytes) -> None:
    assert recognise(content, "x")
    file = put("x", content)
    assert read_token_file(file).expires == 99
    assert token_in(file) == TOKEN


def test_the_bytes_are_not_kept(put: Put) -> None:
    assert TOKEN.decode() not in repr(read_token_file(put("x", TOKEN)))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"dGhpcyBpcyBzb21lIGJhc2U2NCB0ZXh0IHRoYXQgaXMgbm8gdG9rZW4=", b"<a/>", TOKEN[:40]]
)
def test_other_texts_are_no_tokens(content: bytes) -> None:
    assert not recognise(content, "x")


def test_a_large_file_is_refused(put: Put) -> None:
    with pytest.raises(SignonError, match="larger"):
        read_token_file(put("x", TOKEN + b" " * MOST_BYTES))


@given(st.binary(max_size=200))
def test_any_bytes_can_be_looked_at(raw: bytes) -> None:
    recognise(raw, "x")
