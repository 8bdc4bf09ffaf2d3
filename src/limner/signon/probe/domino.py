"""The question for a Domino server's own name: one message, as service scanners send it, and no log-in.

Layout and answer were seen with R5.0.8 to 6.0.1 (nmap's service probes); whether newer servers answer is not known.
Domino may log the session as one that failed.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass
from typing import Any, Final

from limner.signon.acceptance import Verdict
from limner.signon.capture.protocols.nrpc import own_name
from limner.signon.names import abbreviated, common_name, same_server
from limner.signon.probe.reach import SECONDS, connect, receive

_REQUEST: Final = 0x40000002
_PAYLOAD: Final = 47  # bytes, without any names
_BUFFER: Final = 8000  # bytes that the answer may have
_MOST: Final = 4096  # bytes of the answer that are read


@dataclass(frozen=True, slots=True)
class Domino:
    """The server's own name, or why it was not told; `accepts` says whether it is the host that was asked for."""

    name: str | None = None
    problem: str | None = None
    accepts: Verdict = Verdict.NOT_KNOWN

    @property
    def words(self) -> str:
        """What it says."""
        if self.name is None:
            return f"it did not tell its name: {self.problem}"
        if self.accepts is Verdict.ACCEPTED:
            return f"it is {abbreviated(self.name)}, and accepts this name"
        return (
            f"it is {abbreviated(self.name)}; this name is neither that nor {common_name(self.name)}, and is accepted "
            "only if its Server document or NETWORK_SPRAYER_ADDRESS has it"
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "name": self.name,
            "accepts": self.accepts.value,
            "problem": self.problem,
            "text": self.words,
        }


def question() -> bytes:
    """Give the one message: a request for a session that names nobody."""
    payload = bytearray(_PAYLOAD)
    payload[:8] = b"\x02\x0f\x00\x01\x00\x3d\x05\x00"
    struct.pack_into("<H", payload, 19, _PAYLOAD)  # where the names would begin
    struct.pack_into("<H", payload, 29, _BUFFER)
    padded = bytes(payload) + b"\0" * (_PAYLOAD % 2)
    return struct.pack("<HHII", 12 + len(padded) - 2, 0, _PAYLOAD, _REQUEST) + padded


def ask_name(address: str, port: int, host: str, seconds: float = SECONDS) -> Domino:
    """Ask a Domino server for its name, and compare that with a host name that clients ask for."""
    try:
        with connect(address, port, seconds) as connection:
            connection.sendall(question())
            until = time.monotonic() + seconds
            answer = receive(connection, 2, until)
            if len(answer) == 2:
                answer += receive(connection, min(int.from_bytes(answer, "little"), _MOST), until)
    except TimeoutError:
        return Domino(problem=f"no answer within {seconds:g} seconds")
    except OSError as why:
        return Domino(problem=why.strerror or str(why))
    if not answer:
        return Domino(problem="it ended the connection")
    name = own_name(answer)
    if name is None:
        return Domino(problem="its answer has no name in it")
    known = same_server(host, name) or host.casefold() == common_name(name).casefold()
    return Domino(name, None, Verdict.ACCEPTED if known else Verdict.NOT_KNOWN)
