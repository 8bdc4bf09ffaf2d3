"""docs/move-clients.md: each command in it is run, in its order, and prints what the page shows."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

import limner.signon.probe as room
from limner.signon.resolve import Resolution
from signon.communities.test_fetch import serve
from signon.fakes import community, domino
from signon.fakes.listening import listening

from .conftest import Run
from .guide import agree, blocks, lay_out, shown

PAGE = "move-clients.md"
HOST, REAL = "sametime.acme.example", "sametime004.acme.example"


@pytest.fixture
def site(here: Path) -> Iterator[str]:
    """Serve the folder in which the guide writes its file."""
    lay_out(here)
    yield from serve(here)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Give the new server on loopback, with its alias; the ports of its services."""
    authority = trustme.CA()
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)

    def secure(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as talk:
            talk.recv(1)

    found = Resolution(HOST, (HOST, REAL), ("127.0.0.1",), "127.0.0.1")
    monkeypatch.setattr(room, "resolve", lambda *_: found)
    monkeypatch.setattr(room, "_system", lambda *_: ("127.0.0.1",))
    services = {
        "domino": domino.refusing(),
        "community": community.answering(),
        "http": lambda connection: None,
        "https": secure,
    }
    with ExitStack() as running:
        yield {name: running.enter_context(listening(answer)) for name, answer in services.items()}


def test_the_guide(run: Run, site: str, server: dict[str, int]) -> None:
    done = 0
    for command, output in blocks(PAGE):
        stands_for = {"http://www.acme.example/updates": site} if " check " in command else {}
        if command.startswith("signon probe"):
            command += "".join(f" --{name}-port {port}" for name, port in server.items())
            stands_for = {"192.0.2.4": "127.0.0.1"}
            stands_for |= {f" {room.PORTS[name]} ": f" {port} " for name, port in server.items()}
        real = shown(run, command, stands_for)
        assert agree(output, real), f"docs/{PAGE} shows of `limner {command}`:\n{output}\nand it prints:\n{real}"
        done += 1
    assert done == 10


def test_a_page_that_shows_something_else_would_be_found() -> None:
    assert agree("a\n...\nb ... d\n", "a\nx\ny\nb c d\n")
    assert agree("a  b\n", "a     b\n")
    assert not agree("a\n", "a\nb\n")
    assert not agree("a\n...\n", "b\na\n")


def test_the_page_has_every_verb_of_the_move() -> None:
    commands = [command for command, _ in blocks(PAGE)]
    for verb in ("probe", "server-name", "trace", "communities new", "communities check", "communities simulate"):
        assert any(command.startswith(f"signon {verb} ") for command in commands), verb
