"""`{xor}` is read and written as WebSphere does it, and no error tells a password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.errors import CellError
from limner.cell.xor import decode, encode


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{xor}CDo9Hgw=", "WebAS"),
        ("{xor}Lz4sLCgwLTs=", "password"),
        ("{XOR}CDo9Hgw=", "WebAS"),
        ("clear", "clear"),
        ("{clear", "{clear"),
        ("", ""),
    ],
)
def test_passwords_of_websphere(written: str, meant: str) -> None:
    assert decode(written) == meant


@given(st.text())
def test_what_is_written_is_read_again(password: str) -> None:
    assert decode(encode(password)) == password


@pytest.mark.parametrize(
    "written", ["{xor}secret!", "{xor}c2VjcmV0/w==", "{aes}c2VjcmV0", "{custom:x}secret", "{secret}"]
)
def test_what_cannot_be_read_is_refused_and_not_told(written: str) -> None:
    with pytest.raises(CellError) as why:
        decode(written)
    assert "secret" not in why.value.message
    assert "c2Vj" not in why.value.message
