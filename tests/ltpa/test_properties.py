from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.ltpa.errors import KeyFileError
from limner.ltpa.properties import MOST_BYTES, parse_properties


def written(text: str) -> str:
    """Escape everything, as a program may that writes properties."""
    return "".join(f"\\u{ord(char):04x}" for char in text)


WORDS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(WORDS.filter(bool), WORDS, max_size=5))
def test_what_is_written_is_read(properties: dict[str, str]) -> None:
    text = "".join(f"{written(key)}={written(value)}\n" for key, value in properties.items())
    assert parse_properties(text.encode("latin-1")) == properties


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a=b", {"a": "b"}),
        ("a:b", {"a": "b"}),
        ("a b", {"a": "b"}),
        (" \t a \t= \t b ", {"a": "b "}),
        ("a", {"a": ""}),
        ("# c\n! c\n\n  # c\na=b", {"a": "b"}),
        ("a=b\\\n   c", {"a": "bc"}),
        ("a=b\\\\\nc=d", {"a": "b\\", "c": "d"}),
        ("a=b\\\r\nc", {"a": "bc"}),
        ("a=\\\n# not a comment", {"a": "# not a comment"}),
        (r"a\=b=c\:d\e", {"a=b": "c:de"}),
        (r"a=\t\n\r\f", {"a": "\t\n\r\f"}),
        ("a=b==", {"a": "b=="}),
        ("a=\xe9", {"a": "é"}),
        ("\xef\xbb\xbfa=b", {"a": "b"}),
        ("a=b\rc=d", {"a": "b", "c": "d"}),
    ],
)
def test_javas_rules(text: str, read: dict[str, str]) -> None:
    assert parse_properties(text.encode("latin-1")) == read


@pytest.mark.parametrize("text", [b"a=b\na=c", rb"a=\u12", b"a" * (MOST_BYTES + 1)])
def test_what_is_ambiguous_or_too_much_is_refused(text: bytes) -> None:
    with pytest.raises(KeyFileError):
        parse_properties(text)


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused(noise: bytes) -> None:
    with contextlib.suppress(KeyFileError):
        assert all(isinstance(value, str) for value in parse_properties(noise).values())
