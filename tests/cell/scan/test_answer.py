"""Answers are read within bounds, however they are cut into records, and whatever they are."""

from __future__ import annotations

import socket
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.cell.scan.answer import Answer, MalformedError, Taker, certificates, listen, server_hello, whole
from limner.cell.scan.wire import Wire

HELLO = b"\x03\x03" + bytes(32) + b"\x00" + b"\xc0\x2f" + b"\x00"
CERTIFICATES = b"\x00\x00\x0a" + b"\x00\x00\x02ab" + b"\x00\x00\x02cd"


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3) + body


FLIGHT = message(2, HELLO) + message(11, CERTIFICATES) + message(13, b"\x01\x01\x00\x00") + message(14, b"")


def heard(raw: bytes) -> Answer:
    """Give what is understood of an answer that ends with the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener, Wire(listener.getsockname(), 5) as wire:
        peer, _ = listener.accept()
        with peer:
            peer.sendall(raw)
            peer.shutdown(socket.SHUT_WR)
            return listen(wire)


@settings(max_examples=40)
@given(st.lists(st.integers(1, len(FLIGHT) - 1), max_size=6))
def test_messages_need_not_be_whole_in_a_record(cuts: list[int]) -> None:
    at = sorted({0, *cuts, len(FLIGHT)})
    parts = [FLIGHT[begin:end] for begin, end in pairwise(at)]
    answer = heard(b"".join(b"\x16\x03\x03" + len(part).to_bytes(2) + part for part in parts))
    assert answer.hello is not None
    assert (answer.hello.version, answer.hello.suite) == (0x0303, 0xC02F)
    assert answer.certificates == (b"ab", b"cd")
    assert answer.wants_client
    assert answer.refusal is None


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_rubbish_is_an_answer_with_a_reason(raw: bytes) -> None:
    assert heard(raw).refusal is not None


@given(st.binary(max_size=80))
def test_a_message_is_read_or_malformed(raw: bytes) -> None:
    for read in (server_hello, certificates):
        try:
            read(Taker(raw))
        except MalformedError:
            continue


@given(st.lists(st.binary(max_size=20), max_size=10), st.booleans())
def test_lists_of_certificates_are_read_back(found: list[bytes], extensions: bool) -> None:
    more = b"\x00\x01x" if extensions else b""
    raw = b"".join(len(each).to_bytes(3) + each + more for each in found)
    assert certificates(Taker(raw), extensions=extensions) == tuple(found)


def test_bounds() -> None:
    with pytest.raises(MalformedError):
        certificates(Taker(b"\x00\x00\x00" * 51))
    with pytest.raises(MalformedError):
        whole(b"\x0b\x04\x00\x01")
    assert whole(b"\x0b\x00\x00\x01") is None


def test_alerts_have_their_names() -> None:
    assert heard(b"\x15\x03\x01\x00\x02\x02\x46").refusal == "it refused: protocol_version"
    assert heard(b"\x15\x03\x01\x00\x02\x02\xee").refusal == "it refused: alert 238"
    assert heard(b"\x15\x03\x01\x00\x02\x01\x70").refusal == "it closed the connection"  # only a warning: a name
