"""Fakes a Sametime community server and its clients, after the VP layouts of "meanwhile" and of Wireshark."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import Final

from .listening import exactly

HANDSHAKE, HANDSHAKE_ACK, LOGIN, LOGIN_ACK, REDIRECT, DESTROY = 0x0000, 0x8000, 0x0001, 0x8001, 0x0018, 0x0003
TOKEN_INVALID, TOKEN_EXPIRED, VERIFICATION_DOWN = 0x80000015, 0x80000016, 0x80000214
PLAIN, TOKEN = 0, 1
CONNECT_901: Final = 0x130F


def string(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def opaque(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def unit(kind: int, body: bytes, options: int = 0, channel: int = 0) -> bytes:
    return struct.pack(">IHHI", 8 + len(body), kind, options, channel) + body


def handshake(client_type: int = CONNECT_901, host: str = "probe") -> bytes:
    body = struct.pack(">HHIIHI", 0x1E, 0x1D, 0, 0, client_type, 0)
    return unit(HANDSHAKE, body + struct.pack(">HI", 0x0100, 0) + string(host))


def handshake_ack(major: int = 0x1E, minor: int = 0x1D) -> bytes:
    return unit(HANDSHAKE_ACK, struct.pack(">HHIHH", major, minor, 0, 0, 0) + opaque(b"\x11" * 64))


def login(user: str, data: bytes, how: int = TOKEN, client_type: int = CONNECT_901) -> bytes:
    return unit(LOGIN, struct.pack(">H", client_type) + string(user) + opaque(data) + struct.pack(">HH", how, 0))


def login_ack(user: str) -> bytes:
    body = string("login-1") + struct.pack(">H", CONNECT_901) + string(user) + string(user) + string("") + b"\0"
    return unit(LOGIN_ACK, body + bytes(8))


def destroy(code: int, channel: int = 0) -> bytes:
    return unit(DESTROY, struct.pack(">I", code) + opaque(b""), channel=channel)


def redirect(host: str) -> bytes:
    return unit(REDIRECT, string(host) + string("CN=Other/O=ACME"))


def read_unit(connection: socket.socket) -> bytes:
    head = exactly(connection, 1)
    while head and head[0] & 0x80:  # keep-alive
        head = exactly(connection, 1)
    head += exactly(connection, 3)
    return exactly(connection, struct.unpack(">I", head)[0]) if len(head) == 4 else b""


def answering(*last: bytes) -> Callable[[socket.socket], None]:
    """Give a server that shakes hands, reads a log-in, and answers with these units."""

    def answer(connection: socket.socket) -> None:
        if read_unit(connection):
            connection.sendall(handshake_ack())
        if read_unit(connection):
            connection.sendall(b"\x80" + b"".join(last))
            if last and last[-1][4:6] == struct.pack(">H", LOGIN_ACK):
                exactly(connection, 1)  # logged in: stay until the client leaves

    return answer


def visit(
    port: int, user: str, data: bytes, how: int = TOKEN, *, address: str = "127.0.0.1", client: str = "127.0.0.1"
) -> None:
    """Be a Sametime client: shake hands, log in, read the answer, leave."""
    with socket.create_connection((address, port), 10, (client, 0)) as connection:
        connection.sendall(handshake())
        read_unit(connection)
        connection.sendall(b"\x80\x80" + login(user, data, how))
        read_unit(connection)
