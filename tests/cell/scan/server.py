"""Real `openssl s_server`s, and things that are no TLS server at all, on loopback."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, Holder, pems

LOWEST = "ALL:@SECLEVEL=0"  # what Debian's OpenSSL still has: TLS 1.0, anonymous and NULL suites


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextlib.contextmanager
def s_server(
    folder: Path, *options: str, holder: Holder = WILDCARD, chain: tuple[Holder, ...] = (ISSUING, ROOT)
) -> Iterator[int]:
    """Start `openssl s_server` with a certificate and a chain; yield its port."""
    (folder / "own.pem").write_bytes(holder.pem + holder.key_pem)
    (folder / "chain.pem").write_bytes(pems(*chain))
    more = ["-cert_chain", folder / "chain.pem"] if chain else []
    port = free_port()
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", folder / "own.pem", *more, "-www"]
    with subprocess.Popen(
        [*command, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as server:
        try:
            _wait(port, server)
            yield port
        finally:
            server.terminate()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert server.poll() is None, server.stderr and server.stderr.read()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError("the server does not start")


@contextlib.contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Take connections and do something with each; yield the port."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def said(raw: bytes) -> Callable[[socket.socket], None]:
    """Say something once a hello has come, and wait until the other side is gone."""

    def answer(connection: socket.socket) -> None:
        connection.settimeout(5)
        if connection.recv(65536):
            connection.sendall(raw)
            while connection.recv(65536):
                pass

    return answer
