"""The community port, faked after the layouts of Meanwhile (tests/signon/fakes/community.py)."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.probe.community import Community, answer, ask_community, handshake
from signon.fakes.community import handshake as as_in_the_fakes
from signon.fakes.community import handshake_ack, login_ack, read_unit
from signon.fakes.listening import exactly, listening

GOLDEN = bytes.fromhex(
    "00000027 0000 0000 00000000 001e 001d 00000000 00000000 1700 00000000 0100 00000000 0005 70726f6265".replace(
        " ", ""
    )
)


def ask(answer: Callable[[socket.socket], None], seconds: float = 2) -> Community:
    with listening(answer) as port:
        return ask_community("127.0.0.1", port, "127.0.0.1", seconds)


def test_the_handshake_is_that_of_the_documented_layout() -> None:
    assert handshake() == GOLDEN
    assert handshake() == as_in_the_fakes(0x1700, "probe")


def test_a_community_server_tells_its_version_and_sees_no_log_in() -> None:
    after: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        read_unit(connection)
        connection.sendall(b"\x80\x80" + handshake_ack(0x1E, 0x18))
        after.append(exactly(connection, 1))

    found = ask(serve)
    assert found.version == "0x001e.0x0018"
    assert found.words == "a community server, VP protocol 0x001e.0x0018"
    assert after == [b""]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (b"\x00\x00", "breaks off"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is not VP"),
        (struct.pack(">I", 1 << 30), "is not VP"),
        (login_ack("jroe"), "not that to a handshake"),
        (struct.pack(">I", 8) + bytes(8), "not that to a handshake"),
    ],
)
def test_something_else_is_no_community_server(sent: bytes, problem: str) -> None:
    def serve(connection: socket.socket) -> None:
        read_unit(connection)
        connection.sendall(sent)

    found = ask(serve)
    assert found.version is None
    assert problem in found.words


def test_a_server_that_ends_the_connection_is_asked_for_tls_and_is_none() -> None:
    for sent in (b"", b"\x15\x03\x01\x00\x02\x02\x28"):
        found = ask(lambda connection, sent=sent: (connection.recv(1000), connection.sendall(sent))[1], 0.3)
        assert found.words == "no community server: it ends the connection"


def test_a_server_that_only_listens_is_not_waited_for() -> None:
    found = ask(lambda connection: (exactly(connection, 100_000), None)[1], 0.3)
    assert "does not answer" in found.words


def test_a_server_that_wants_tls_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    found = ask(serve)
    assert found.version is None
    assert found.tls is not None
    assert "tls-direct" in found.words
    assert found.as_dict()["tls"]["version"].startswith("TLSv1.")


@given(st.binary(max_size=60) | st.binary(max_size=40).map(lambda rest: handshake_ack()[:20] + rest))
def test_whatever_a_server_sends(sent: bytes) -> None:
    one, other = socket.socketpair()
    with one, other:
        other.sendall(sent)
        other.shutdown(socket.SHUT_WR)
        found = answer(one, time.monotonic() + 5)
    assert found is None or found.words
