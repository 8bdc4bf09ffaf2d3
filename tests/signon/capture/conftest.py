"""One recording of real sessions on loopback, as pcap and as pcapng, that several tests read."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from signon.fakes import community, domino, tokens
from signon.fakes.listening import deaf, exactly, knock, listening, shut_port
from signon.fakes.recording import need_recorder, recorded, recorded_ng

BODY = bytes(range(256)) * 4000  # a megabyte: many segments, and large ones


@dataclass(frozen=True)
class Recording:
    """A file, and what was spoken on its ports."""

    file: Path
    ports: dict[int, str]


def _web(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: https://login.acme.example/?t=SECRET\r\nContent-Length: 0\r\n\r\n"
    )
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)
    exactly(connection, 1)


def _browse(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"GET /stwebclient?secret=SECRET HTTP/1.1\r\nHost: st.acme.example\r\n\r\n")
        connection.recv(4096)
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: st.acme.example\r\n\r\n")
        exactly(connection, len(BODY))


def _secure(context: ssl.SSLContext):  # type: ignore[no-untyped-def]
    def answer(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as tls:
                tls.recv(10)
        except ssl.SSLError:
            pass

    return answer


def _meet(port: int, context: ssl.SSLContext) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        try:
            with context.wrap_socket(connection, server_hostname="st.acme.example") as tls:
                tls.send(b"hello")
        except ssl.SSLError:
            pass


@pytest.fixture(scope="session", params=["pcap", "pcapng"])
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Record every kind of conversation once; the pcapng file has each packet twice, from two interfaces."""
    need_recorder()
    file = tmp_path_factory.mktemp("recording") / f"all.{request.param}"
    ca, server = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("st.acme.example").configure_cert(server)
    trusting, doubting = ssl.create_default_context(), ssl.create_default_context()
    ca.configure_trust(trusting)
    now = int(time.time())
    expired = community.answering(community.destroy(community.TOKEN_EXPIRED))
    with ExitStack() as running:
        web = running.enter_context(listening(_web))
        tls = running.enter_context(listening(_secure(server)))
        good = running.enter_context(listening(domino.accepting()))
        bad = running.enter_context(listening(domino.refusing()))
        old = running.enter_context(listening(expired))
        new = running.enter_context(listening(community.answering(community.login_ack("jroe"))))
        mute = running.enter_context(deaf())
        shut = shut_port()
        ports = {web: "http", tls: "tls", good: "nrpc", bad: "nrpc", old: "vp", new: "vp", mute: "nrpc", shut: "vp"}
        record = recorded if request.param == "pcap" else recorded_ng
        with record(file, *ports):
            domino.visit(bad, "sametime.acme.example", goes_on=False)
            domino.visit(good, "Sametime")
            community.visit(old, "jroe", tokens.domino(created=now - 9000, expires=now - 1800))
            community.visit(new, "jroe", tokens.domino(created=now, expires=now + 7200))
            _browse(web)
            _meet(tls, trusting)
            _meet(tls, doubting)
            knock("127.0.0.1", shut, "127.0.0.1", 1)
            knock("127.0.0.1", mute, "127.0.0.1", 1.2)
    return Recording(file, ports)
