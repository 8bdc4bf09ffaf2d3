from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.markup import Handler, MarkupError, parse


class Told(Handler):
    def __init__(self) -> None:
        self.starts: list[tuple[str, dict[str, str], int]] = []
        self.ends: list[str] = []
        self.words = ""
        self.lines: list[int] = []

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        self.starts.append((name, dict(attributes), line))

    def end(self, name: str) -> None:
        self.ends.append(name)

    def text(self, text: str, line: int) -> None:
        self.words += text
        if text.strip():
            self.lines.append(line)


def test_elements_come_with_their_lines() -> None:
    told = Told()
    parse(b'<a>\n <p:b x="1"/>\n\n<c>hi</c></a>', told)
    assert told.starts == [("a", {}, 1), ("b", {"x": "1"}, 2), ("c", {}, 4)]
    assert told.ends == ["b", "c", "a"]
    assert told.words.split() == ["hi"]
    assert told.lines == [4]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(code: str) -> None:
    told = Told()
    parse("<a>é</a>".encode(code), told)
    assert told.words == "é"


BOMB = b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
TYPED = b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>\n<a>b</a>"


@pytest.mark.parametrize("doctype", [False, True])
@pytest.mark.parametrize("raw", [BOMB, OUTSIDE])
def test_entities_are_refused(raw: bytes, doctype: bool) -> None:
    with pytest.raises(MarkupError, match="declares"):
        parse(raw, Told(), doctype=doctype)


def test_a_document_type_is_refused_or_looked_past_and_never_fetched() -> None:
    with pytest.raises(MarkupError, match="declares"):
        parse(TYPED, Told())
    told = Told()
    parse(TYPED, told, doctype=True)
    assert told.words == "b"
    assert told.starts == [("a", {}, 2)]


@pytest.mark.parametrize(
    ("raw", "line"), [(b"<a>\n<b></a>", 2), (b"", 1), (b"<a", 1), (b"<a x='1' x='2'/>", 1), (b"<a>\n\x00</a>", 2)]
)
def test_what_is_not_well_formed_is_said_with_its_line(raw: bytes, line: int) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(raw, Told())
    assert caught.value.line == line


def test_a_deep_document_ends() -> None:
    with pytest.raises(MarkupError, match="deep"):
        parse(b"<a>" * 100_000, Told())


@pytest.mark.parametrize("code", ["klingon", "utf-7", "cp037"])
def test_strange_encodings_are_an_error_or_are_read(code: str) -> None:
    with suppress(MarkupError):
        parse(f'<?xml version="1.0" encoding="{code}"?><a/>'.encode(), Told())


@given(st.binary(max_size=300) | st.text("<>/a=\"' &;!-[]?x1\n", max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(MarkupError):
        parse(raw, Told(), doctype=True)
