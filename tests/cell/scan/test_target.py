"""Endpoints as people write them."""

from __future__ import annotations

import pytest

from limner.cell.scan.errors import ScanError
from limner.cell.scan.target import Target, addresses, parse


@pytest.mark.parametrize("text", ["st.acme.example:9443", "10.20.30.40:8879", "[2001:db8::1]:443", "st_1:1"])
def test_what_is_one_is_written_back_as_it_was(text: str) -> None:
    assert str(parse(f" {text} ")) == text


@pytest.mark.parametrize(
    "text",
    ["", "st.acme.example", "st:0", "st:65536", "st:x", "https://st:443", "a b:1", "2001:db8::1:443", "10.0.0.300:1",
     "[st]:1", "-st:1", "st..x:1", "\x1b[2J:1", "10.0.0.0/8:443"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(ScanError):
        parse(text)


def test_names_are_looked_up() -> None:
    assert "127.0.0.1" in addresses(Target("localhost", 1))
    with pytest.raises(ScanError, match="cannot be found"):
        addresses(Target("st.invalid", 1))
