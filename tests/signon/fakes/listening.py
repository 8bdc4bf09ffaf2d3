"""A TCP server on loopback that answers each connection by a function, for the fakes of this folder."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

Answer = Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(answer: Answer, address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Serve on a port, a free one if none is named, which is given; ends when the block does."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family) as server:
        threads: list[threading.Thread] = []
        stop = threading.Event()

        def serve(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(10)
                answer(connection)

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

        server.settimeout(0.02)
        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            acceptor.join()
            for thread in threads:
                thread.join()


def exactly(connection: socket.socket, count: int) -> bytes:
    """Receive so many bytes, or fewer at the end."""
    data = b""
    while len(data) < count and (more := connection.recv(count - len(data))):
        data += more
    return data


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextlib.contextmanager
def deaf(address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Give a port whose SYNs stay without answer, as behind a firewall: its queue is full."""
    with socket.create_server((address, port), backlog=0) as server, contextlib.ExitStack() as filled:
        port = server.getsockname()[1]
        for _ in range(4):
            fill = filled.enter_context(socket.socket())
            fill.setblocking(False)
            fill.connect_ex((address, port))
        yield port


def knock(address: str, port: int, client: str, seconds: float) -> int:
    """Ask for a connection that will not come; give the error's number."""
    with socket.socket() as asking:
        asking.bind((client, 0))
        asking.settimeout(seconds)
        return asking.connect_ex((address, port))


def shut_port(address: str = "127.0.0.1") -> int:
    """Give a port where nothing listens."""
    with socket.create_server((address, 0)) as server:
        return int(server.getsockname()[1])
