"""Can a port be reached? One connection, closed at once."""

from __future__ import annotations

import errno
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

SECONDS: Final = 5.0


class State(StrEnum):
    """What came back."""

    OPEN = "open"
    CLOSED = "closed"  # the machine says that nothing listens
    FILTERED = "filtered"  # nothing came back
    UNREACHABLE = "unreachable"  # this machine has no way there, or somebody on the way says so


@dataclass(frozen=True, slots=True)
class Reached:
    """One port at one address; `seconds` is how long it took to know."""

    address: str
    port: int
    state: State
    seconds: float
    why: str | None = None

    @property
    def words(self) -> str:
        """What the state means."""
        match self.state:
            case State.OPEN:
                return f"open after {self.seconds * 1000:.0f} ms"
            case State.CLOSED:
                return "closed: the machine is up, and nothing listens there"
            case State.FILTERED:
                return f"no answer in {self.seconds:.0f} seconds: a firewall, or nobody has the address"
            case State.UNREACHABLE:
                return f"not to be reached from here: {self.why}"

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "address": self.address,
            "port": self.port,
            "state": self.state.value,
            "seconds": round(self.seconds, 3),
            "text": self.words,
        }


def connect(address: str, port: int, seconds: float = SECONDS) -> socket.socket:
    """Open a connection, which never waits longer than `seconds`. Raises OSError."""
    connection = socket.create_connection((address, port), timeout=seconds)
    connection.settimeout(seconds)
    return connection


def reach(address: str, port: int, seconds: float = SECONDS) -> Reached:
    """Connect to a port and close the connection again."""
    begun = time.monotonic()
    state, why = State.OPEN, None
    try:
        connect(address, port, seconds).close()
    except TimeoutError:
        state = State.FILTERED
    except ConnectionRefusedError:
        state = State.CLOSED
    except OSError as problem:
        if problem.errno == errno.ETIMEDOUT:
            state = State.FILTERED
        else:
            state, why = State.UNREACHABLE, problem.strerror or str(problem)
    return Reached(address, port, state, time.monotonic() - begun, why)


def receive(connection: socket.socket, count: int, until: float) -> bytes:
    """Receive so many bytes, fewer at the stream's end. Raises TimeoutError at a time of the monotonic clock."""
    data = bytearray()
    while len(data) < count:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        more = connection.recv(min(count - len(data), 65_536))
        if not more:
            break
        data += more
    return bytes(data)
