"""Fakes a DNS server that knows a few names, after RFC 1035 (dnspython writes its messages), and a client of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rrset


@contextlib.contextmanager
def nameserver(address: str, names: Mapping[str, str], port: int = 53) -> Iterator[None]:
    """Answer on a UDP port; `names` lead to an address, or to another name, of which they are an alias then."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
        server.settimeout(0.02)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    raw, client = server.recvfrom(2048)
                except TimeoutError:
                    continue
                with contextlib.suppress(dns.exception.DNSException):
                    server.sendto(_answer(raw, names), client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def ask(server: str, name: str, client: str, port: int = 53) -> None:
    dns.query.udp(dns.message.make_query(name, "A"), server, port=port, source=client, timeout=5)


def _answer(raw: bytes, names: Mapping[str, str]) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(raw))
    name = str(message.question[0].name).rstrip(".")
    if name not in names:
        message.set_rcode(dns.rcode.NXDOMAIN)
    while name in names:
        value = names[name]
        kind = "A" if value[0].isdigit() else "CNAME"
        message.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, value if kind == "A" else f"{value}."))
        name = value
    return message.to_wire()
