"""NRPC, what Notes clients and Domino servers speak on port 1352: whose name each side says before anything is secret.

No public document describes it. That a session begins with these bytes is in nmap's service probes and in nDPI; where
names stand in the first messages is inferred from the three samples there. Whatever follows is only counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from limner.ltpa.lmbcs import decode_lmbcs
from limner.signon.capture.talk import Talk, clean
from limner.signon.capture.tape import Hole, Script, Skip, Some, Stamp, Tape

_SESSION: Final = b"\x00\x00\x02\x00\x00\x40\x02\x0f"  # of the first message, from byte 6 on
_REPLY: Final = b"\x00\x00\x03\x00\x00\x40\x02\x0f"
_NAMES_AT: Final = 12 + 47  # where the part of variable length begins
_MOST: Final = 8192  # bytes of each direction that are looked through
_HIERARCHICAL: Final = re.compile(
    rb"CN=[^\x00-\x1f/=]{1,80}(?:/OU[1-4]?=[^\x00-\x1f/=]{1,32}){0,4}/O=[^\x00-\x1f/=]{1,64}(?:/C=[A-Za-z]{2})?"
)
_HOST: Final = re.compile(rb"(?<![\w.-])[A-Za-z0-9](?:[\w-]{0,62}\.)+[A-Za-z][A-Za-z0-9-]{1,62}(?![\w-])")
_lengths = Struct("<HH").unpack_from


@dataclass(slots=True)
class Nrpc(Talk):
    """What was seen of an NRPC session."""

    is_session: bool = False  # the client began as Notes clients do
    asked: list[str] = field(default_factory=list)  # names in what the client sent first
    revealed: str | None = None  # the server's own name, as it said it
    revealed_at: Stamp | None = None

    def client(self, tape: Tape) -> Script:
        begin = yield Some(_MOST)
        first = tape.stamp
        while len(begin) < 16:
            begin += yield Some(_MOST)
        self.is_session = begin[6:14] == _SESSION
        if not self.is_session:
            self.unread = True
            self.say(first, "sends something that is not a Notes session request as limner knows it")
            yield Skip(None)
        read = begin
        try:
            while len(read) < _length(read):
                read += yield Some(_MOST)
        except Hole as hole:
            read += hole.partial
        payload = read[_NAMES_AT:]
        self.asked = [_text(name) for name in (*_HIERARCHICAL.findall(payload), *_HOST.findall(payload))][:10]
        said = f", and names {', '.join(self.asked)}" if self.asked else ""
        self.say(first, f"asks for a Notes session{said}", *self.asked)
        yield Skip(None)

    def server(self, tape: Tape) -> Script:
        read = b""
        while len(read) < _MOST:
            try:
                read += yield Some(_MOST)
            except Hole as hole:
                read += hole.partial
                self._look(read, tape.stamp)
                raise
            if self._look(read, tape.stamp):
                break
        yield Skip(None)

    def _look(self, read: bytes, stamp: Stamp) -> bool:
        name = own_name(read)
        if name is None or self.revealed is not None:
            return self.revealed is not None
        self.revealed, self.revealed_at = name, stamp
        self.say(stamp, f"says that it is {name}", name, by_client=False)
        return True


def _length(message: bytes) -> int:
    """Give how long the message is that begins here, as its header says, within reason."""
    return min(int.from_bytes(message[:2], "little") + 2, _MOST)


def own_name(read: bytes) -> str | None:
    """Find the server's name in its answer: where the answer says that it stands, else wherever there is one."""
    if read[6:14] == _REPLY and len(read) >= _NAMES_AT:
        offset, length = _lengths(read, 12 + 19)
        stated = read[12 + offset : 12 + offset + length]
        if len(stated) == length and (found := _HIERARCHICAL.match(stated)) and found.end() == length:
            return _text(stated)
        if len(read) < _length(read):
            return None  # the rest is still to come
    found = _HIERARCHICAL.search(read)
    return _text(found[0]) if found and (found.end() < len(read) or len(read) >= _length(read)) else None


def _text(raw: bytes) -> str:
    try:
        return clean(decode_lmbcs(raw).strip())
    except ValueError:
        return clean(raw, "latin-1")
