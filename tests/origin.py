"""A web server on loopback that does what a test tells it, well or badly, over real sockets and real TLS."""

from __future__ import annotations

import contextlib
import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any


@dataclass
class Asked:
    """What the server was asked."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass
class Reply:
    """What it answers: a whole answer, or `raw` bytes after which it hangs up."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    feed: Callable[[socket.socket], None] | None = None
    """Takes over the socket, after the head was sent if there is a status."""


Answering = Callable[[Asked], Reply]


class Origin:
    """The server; `asked` is all that it was asked, `answer` decides what it says."""

    def __init__(self, answer: Answering, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self.answer = answer
        origin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def setup(self) -> None:
                origin.connections += 1
                if context is not None:
                    self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                with contextlib.suppress(OSError):
                    super().finish()
                self.request.close()  # the server knows only the socket below TLS

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                asked = Asked(self.command, self.path, self.headers, self.rfile.read(length))
                origin.asked.append(asked)
                reply = origin.answer(asked)
                if reply.raw is not None:
                    self.wfile.write(reply.raw)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.feed is None and "Transfer-Encoding" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.feed is not None:
                    reply.feed(self.request)
                    self.close_connection = True
                elif self.command != "HEAD":
                    self.wfile.write(reply.body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.server = Server((host, 0), Handler)
        self.host = host
        self.port = self.server.server_address[1]
        self.scheme = "http" if context is None else "https"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@contextlib.contextmanager
def origin(answer: Answering, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Origin]:
    server = Origin(answer, context, host)
    try:
        yield server
    finally:
        server.stop()


def drip(piece: bytes, seconds: float) -> Callable[[socket.socket], None]:
    """Send a piece again and again, with a rest between, until the other end has enough."""
    rest = threading.Event()

    def feed(sock: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock.sendall(piece)
                rest.wait(seconds)

    return feed


def nobody() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
