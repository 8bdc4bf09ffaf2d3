"""The community port: a VP handshake, and no log-in.

The layout is that of the open implementation "meanwhile". From Sametime 12 on the port may want TLS first: a server
that does not answer the handshake is asked for TLS.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass
from typing import Any, Final

from limner.signon.probe.reach import SECONDS, connect, receive
from limner.signon.probe.tls import Tls, ask_tls

_HANDSHAKE, _HANDSHAKE_ACK = 0x0000, 0x8000
_VERSION: Final = (0x1E, 0x1D)  # the protocol's, of the clients of 7.5 and later
_CLIENT: Final = 0x1700  # what Meanwhile calls itself
_ALERT: Final = b"\x15\x03"  # how TLS refuses what is not TLS
_MOST: Final = 65_536  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Community:
    """What the community port says: the protocol's version, or that it wants TLS, or that it is something else."""

    version: str | None = None
    tls: Tls | None = None
    problem: str | None = None

    @property
    def words(self) -> str:
        """What it says."""
        if self.version:
            return f"a community server, VP protocol {self.version}"
        if self.tls is not None and self.tls.version:
            return f"wants TLS ({self.tls.words}): clients need the connection type tls-direct"
        return f"no community server: {self.problem}"

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "version": self.version,
            "tls": self.tls.as_dict() if self.tls else None,
            "problem": self.problem,
            "text": self.words,
        }


def handshake(name: bytes = b"probe") -> bytes:
    """Give the first unit of a client: its length, type, options and channel, and what it is."""
    body = struct.pack(">HHIIHI", *_VERSION, 0, 0, _CLIENT, 0) + struct.pack(">HIH", 0x0100, 0, len(name)) + name
    return struct.pack(">IHHI", 8 + len(body), _HANDSHAKE, 0, 0) + body


def ask_community(address: str, port: int, host: str, seconds: float = SECONDS) -> Community:
    """Shake hands with a community server and leave; if it does not answer, ask whether it speaks TLS."""
    problem = "it does not answer the handshake"
    try:
        with connect(address, port, seconds) as connection:
            connection.sendall(handshake())
            found = answer(connection, time.monotonic() + seconds)
        if found is not None:
            return found
        problem = "it ends the connection"
    except TimeoutError:
        pass
    except OSError as why:
        problem = f"it ends the connection ({why.strerror or why})"
    tls = ask_tls(address, port, host, seconds)
    return Community(tls=tls, problem=problem) if tls.version else Community(problem=problem)


def answer(connection: socket.socket, until: float) -> Community | None:
    """Read a server's answer to the handshake; None if it ends the connection or sends a TLS alert in place of one.

    Raises TimeoutError at a time of the monotonic clock, and OSError.
    """
    head = receive(connection, 1, until)
    while head and head[0] & 0x80:  # keep-alive
        head = receive(connection, 1, until)
    head += receive(connection, 3, until) if head else b""
    if not head or head[:2] == _ALERT:
        return None
    if len(head) < 4:
        return Community(problem="its answer breaks off")
    (length,) = struct.unpack(">I", head)
    if not 8 <= length <= _MOST:
        return Community(problem="its answer is not VP")
    unit = receive(connection, length, until)  # all of it: closing with something unread would be a reset
    if len(unit) < 12 or struct.unpack_from(">H", unit)[0] != _HANDSHAKE_ACK:
        return Community(problem="its answer is not that to a handshake")
    major, minor = struct.unpack_from(">HH", unit, 8)
    return Community(version=f"{major:#06x}.{minor:#06x}")
