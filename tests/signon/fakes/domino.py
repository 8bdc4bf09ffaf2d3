"""Fakes Domino's NRPC port and a Notes client, after nmap's NotesRPC probe and nDPI's lotus_notes.c.

The layout of what follows the first exchange is not public: the fakes send filler there, as encrypted ports would.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from .listening import exactly, reset

OWN: Final = "CN=Sametime/OU=Servers/O=ACME"
_REQUEST, _REPLY = 0x40000002, 0x40000003


def message(kind: int, payload: bytes, sequence: int = 0) -> bytes:
    """Frame a payload: total length less two, sequence, payload length, type; padded to an even length."""
    padded = payload + b"\0" * (len(payload) % 2)
    return struct.pack("<HHII", 12 + len(padded) - 2, sequence, len(payload), kind) + padded


def request(name: str = "") -> bytes:
    """Ask for a session. The probe asks for no name; where a real client's stands after byte 47 is inferred."""
    head = bytearray(47)
    head[0:3] = b"\x02\x0f\x00"
    struct.pack_into("<H", head, 19, 0x2F)
    struct.pack_into("<H", head, 29, 8000)
    struct.pack_into("<H", head, 21, len(name))
    return message(_REQUEST, bytes(head) + name.encode())


def reply(name: str = OWN) -> bytes:
    """Answer with the server's own name."""
    head = bytearray(47)
    head[0:3] = b"\x02\x0f\x00"
    struct.pack_into("<HH", head, 19, 0x2F, len(name))
    return message(_REPLY, bytes(head) + name.encode() + b"\x05" * 6, 1)


def read_message(connection: socket.socket) -> bytes:
    head = exactly(connection, 2)
    return head + exactly(connection, struct.unpack("<H", head)[0]) if len(head) == 2 else b""


def accepting(name: str = OWN, rounds: int = 4) -> Callable[[socket.socket], None]:
    """Give a server that goes on after the names, as with a client that asked for the right one."""

    def answer(connection: socket.socket) -> None:
        if read_message(connection):
            connection.sendall(reply(name))
        for sequence in range(rounds):
            if not read_message(connection):
                return
            connection.sendall(message(0x00010004, b"\xa5" * 120, sequence))
        exactly(connection, 1)

    return answer


def refusing(name: str = OWN, *, by_reset: bool = False) -> Callable[[socket.socket], None]:
    """Give a server that closes the connection itself once the names are said."""

    def answer(connection: socket.socket) -> None:
        if read_message(connection):
            connection.sendall(reply(name))
            if by_reset:
                reset(connection)

    return answer


def visit(
    port: int,
    name: str = "",
    *,
    goes_on: bool = True,
    rounds: int = 4,
    address: str = "127.0.0.1",
    client: str = "127.0.0.1",
) -> None:
    """Be a Notes client: ask, read the server's name, and go on or leave."""
    with socket.create_connection((address, port), 10, (client, 0)) as connection, suppress(ConnectionError):
        connection.sendall(request(name))
        read_message(connection)
        for sequence in range(rounds if goes_on else 0):
            connection.sendall(message(0x00010003, b"\x5a" * 80, sequence))
            if not read_message(connection):
                return
