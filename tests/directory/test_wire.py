"""Answers read from a socket, held against what the LDAP library writes and reads (ldap3, pyasn1)."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import LDAPMessage, PartialAttribute, ProtocolOp, SearchResultEntry, Vals
from pyasn1.codec.ber.encoder import encode

from limner.directory import wire
from limner.directory.entry import bare, next_range
from limner.directory.wire import BrokenWireError, Message, messages

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}(;binary|;range=0-[0-9]{1,4}|;lang-de)?", fullmatch=True)
ENTRIES = st.tuples(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.dictionaries(NAMES, st.lists(st.binary(max_size=400), max_size=4, unique=True), max_size=5),
)


def written(number: int, dn: str, attributes: dict[str, list[bytes]]) -> bytes:
    """Write an answer with the LDAP library's own types."""
    found = SearchResultEntry()
    found["object"] = dn.encode()
    for place, (name, values) in enumerate(attributes.items()):
        attribute = PartialAttribute()
        attribute["type"] = name
        vals = Vals()
        for at, value in enumerate(values):
            vals.setComponentByPosition(at, value)
        attribute["vals"] = vals
        found["attributes"].setComponentByPosition(place, attribute)
    if not attributes:
        found["attributes"].clear()
    message = LDAPMessage()
    message["messageID"] = number
    message["protocolOp"] = ProtocolOp().setComponentByName("searchResEntry", found)
    raw: bytes = encode(message)
    return raw


def received(raw: bytes, chunks: int = 1) -> Iterator[Message]:
    """Read what comes through a socket in some pieces."""
    ours, theirs = socket.socketpair()

    def send() -> None:
        size = -(-len(raw) // chunks) or 1
        with theirs:
            for at in range(0, len(raw), size):
                theirs.sendall(raw[at : at + size])

    thread = threading.Thread(target=send)
    thread.start()
    try:
        with ours:
            yield from messages(ours, time.monotonic() + 30)
    finally:
        thread.join()


def first(raw: bytes, chunks: int = 1) -> Message:
    steps = received(raw, chunks)
    message = next(steps)
    copy = message._replace(buffer=bytearray(message.buffer))
    steps.close()
    return copy


@given(st.integers(1, 2**31 - 1), ENTRIES, st.integers(1, 7))
def test_an_entry_is_read_as_it_was_written(
    number: int, found: tuple[str, dict[str, list[bytes]]], chunks: int
) -> None:
    dn, attributes = found
    message = first(written(number, dn, attributes), chunks)
    assert (message.request, message.tag) == (number, wire.ENTRY)
    expected: dict[str, list[bytes]] = {}
    rest = {}
    for name, values in attributes.items():
        expected.setdefault(bare(name), []).extend(values)
        if next_range(name) is not None:
            rest[bare(name)] = next_range(name)
    assert wire.entry(message) == (dn, expected, rest)


def test_several_answers_in_one_piece_are_told_apart() -> None:
    raw = written(7, "cn=a", {"cn": [b"a"]}) + written(7, "cn=b", {"photo": [bytes(70_000)]}) + written(8, "cn=c", {})
    steps = received(raw)
    names = []
    for message in steps:
        names.append((message.request, wire.entry(message)[0], len(message.raw())))
        if len(names) == 3:
            break
    steps.close()  # type: ignore[attr-defined]  # a generator
    assert [(number, dn) for number, dn, _ in names] == [(7, "cn=a"), (7, "cn=b"), (8, "cn=c")]
    assert sum(size for *_, size in names) == len(raw)


@given(ENTRIES, st.data())
def test_a_connection_that_ends_in_the_middle_is_noticed(
    found: tuple[str, dict[str, list[bytes]]], data: st.DataObject
) -> None:
    raw = written(1, *found)
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(BrokenWireError, match="ended the connection"):
        first(raw[:cut])


@given(st.binary(max_size=300))
def test_anything_but_ldap_is_told_from_it(raw: bytes) -> None:
    try:
        for message in received(raw):
            if message.tag == wire.ENTRY:
                wire.entry(message)
    except BrokenWireError:
        pass


@given(ENTRIES, st.data())
def test_a_byte_that_is_wrong_does_no_harm(found: tuple[str, dict[str, list[bytes]]], data: st.DataObject) -> None:
    raw = bytearray(written(1, *found))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        for message in received(bytes(raw)):
            if message.tag == wire.ENTRY:
                wire.entry(message)
    except BrokenWireError:
        pass


@pytest.mark.parametrize(
    "raw", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"0\x80", b"0\x85\1\1\1\1\1", b"\x15\x03\x01\0\2"]
)
def test_another_protocol_is_called_so(raw: bytes) -> None:
    with pytest.raises(BrokenWireError, match="not LDAP"):
        first(raw)


def test_an_answer_that_announces_too_much_is_refused() -> None:
    with pytest.raises(BrokenWireError, match="more than 256 MB"):
        first(b"0\x84\x7f\xff\xff\xff" + bytes(100))


def test_a_server_that_never_ends_is_given_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(written(1, "cn=a", {}))
        steps = messages(ours, time.monotonic() - 1)
        with pytest.raises(TimeoutError):
            next(steps)
