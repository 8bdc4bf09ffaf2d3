"""Domino's port, faked after nmap's service probe and nDPI (tests/signon/fakes/domino.py)."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.signon.acceptance import Verdict
from limner.signon.probe.domino import Domino, ask_name, question
from signon.fakes import domino
from signon.fakes.listening import exactly, listening


def ask(answer: Callable[[socket.socket], None], host: str = "st.example", seconds: float = 2) -> Domino:
    with listening(answer) as port:
        return ask_name("127.0.0.1", port, host, seconds)


def test_the_question_is_one_message_of_60_bytes_that_names_nobody() -> None:
    sent = question()
    assert len(sent) == 60
    assert sent[:12].hex(" ") == "3a 00 00 00 2f 00 00 00 02 00 00 40"
    assert sent[6:14] == bytes.fromhex("000002000040020f")  # by which nDPI knows Notes
    assert len(domino.request()) == len(sent)


def test_the_server_tells_its_name_and_gets_nothing_else() -> None:
    after: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        domino.read_message(connection)
        connection.sendall(domino.reply())
        after.append(exactly(connection, 1))

    found = ask(answer)
    assert found.name == domino.OWN
    assert found.accepts is Verdict.NOT_KNOWN
    assert "it is Sametime/Servers/ACME; this name is neither that nor Sametime" in found.words
    assert after == [b""]


@pytest.mark.parametrize("host", ["Sametime", "SAMETIME", "Sametime/Servers/ACME"])
def test_its_own_names_are_accepted(host: str) -> None:
    found = ask(domino.refusing(), host)
    assert found.accepts is Verdict.ACCEPTED
    assert found.words.endswith("accepts this name")


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (b"", "ended the connection"),
        (b"\x05", "no name"),
        (b"hello, world", "no name"),
        (b"\xff\xff" + bytes(100), "no name"),
    ],
)
def test_answers_without_a_name(sent: bytes, problem: str) -> None:
    def answer(connection: socket.socket) -> None:
        domino.read_message(connection)
        connection.sendall(sent)

    found = ask(answer)
    assert found.name is None
    assert problem in found.words


def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    assert "no answer within 0.3" in ask(lambda connection: (exactly(connection, 10_000), None)[1], seconds=0.3).words


def test_a_server_that_resets() -> None:
    assert ask(domino.refusing(by_reset=True)).name == domino.OWN


@settings(max_examples=30)
@given(st.binary(max_size=120))
def test_whatever_a_server_sends(sent: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        domino.read_message(connection)
        connection.sendall(sent)

    assert ask(answer, seconds=0.5).words
