"""What a server answers to a search, read from the socket: messages, and the entries in them.

The LDAP library reads every answer but these: its decoder took three times as long as `ldapsearch` for a directory
full of photos, this one takes no longer. RFC 4511 section 5.1 keeps it small: lengths are definite, and values are
not cut in pieces.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from limner.directory.entry import bare, next_range

MESSAGE_LIMIT = 256 << 20  # bytes of one answer: an entry with a dozen huge photos
CHUNK = 1 << 18

ENTRY, DONE, REFERENCE, EXTENDED, INTERMEDIATE = 0x64, 0x65, 0x73, 0x78, 0x79
"""Tags of the answers (RFC 4511): an entry, the end, elsewhere, a server's last words, and what controls add."""


class BrokenWireError(ValueError):
    """What came is not LDAP, or stopped in the middle; the text says which."""


class Message(NamedTuple):
    """An answer: which request it is to, what it is, and where it lies in `buffer` until the next is taken."""

    buffer: bytearray
    start: int
    at: int
    end: int
    request: int
    tag: int

    def raw(self) -> bytes:
        """Give the whole message."""
        return bytes(self.buffer[self.start : self.end])


def messages(connection: socket.socket, deadline: float) -> Iterator[Message]:
    """Yield answers as they come, until `deadline` (time.monotonic). Raises BrokenWireError, OSError."""
    buffer = bytearray()
    at = 0
    while True:
        here = len(buffer) - at
        wanted = 2
        if here >= 2:
            size = _header(buffer, at)
            if size > MESSAGE_LIMIT:
                raise BrokenWireError("it sent an answer of more than 256 MB")
            if 0 < size <= here:
                yield _message(buffer, at, at + size)
                at += size
                continue
            wanted = size - here
        if at:
            del buffer[:at]
            at = 0
        if time.monotonic() > deadline:
            raise TimeoutError
        data = connection.recv(max(CHUNK, min(wanted, CHUNK << 2)))
        if not data:
            raise BrokenWireError("it ended the connection in the middle of its answer")
        buffer += data


def _header(buffer: bytearray, at: int) -> int:
    """Give a message's size with its header, in bytes; 0 if too little of it is here to tell."""
    if buffer[at] != 0x30:
        raise BrokenWireError("it answers with something that is not LDAP")
    first = buffer[at + 1]
    if first < 0x80:
        return 2 + first
    count = first & 0x7F
    if not 1 <= count <= 4:
        raise BrokenWireError("it answers with something that is not LDAP")
    if len(buffer) - at < 2 + count:
        return 0
    return 2 + count + int.from_bytes(buffer[at + 2 : at + 2 + count], "big")


def _message(buffer: bytearray, start: int, end: int) -> Message:
    try:
        _, at = _length(buffer, start + 1)
        size, at = _length(buffer, at + 1)
        request = int.from_bytes(buffer[at : at + size], "big")
        at += size
        return Message(buffer, start, at, end, request, buffer[at])
    except IndexError:
        raise BrokenWireError("it answers with something that is not LDAP") from None


def _length(buffer: bytes | bytearray, at: int) -> tuple[int, int]:
    """Read a length; give it, and where what it measures begins."""
    size = buffer[at]
    if size < 0x80:
        return size, at + 1
    count = size & 0x7F
    return int.from_bytes(buffer[at + 1 : at + 1 + count], "big"), at + 1 + count


def entry(message: Message) -> tuple[str, dict[str, list[bytes]], dict[str, int]]:
    """Give an entry's distinguished name, its values, and from which number on the server held values of it back.

    Raises BrokenWireError.
    """
    raw = bytes(memoryview(message.buffer)[message.at : message.end])
    values: dict[str, list[bytes]] = {}
    rest: dict[str, int] = {}
    try:
        _, at = _length(raw, 1)
        size, at = _length(raw, at + 1)
        dn = raw[at : at + size].decode("utf-8", "replace")
        size, at = _length(raw, at + size + 1)
        end = at + size
        if end > len(raw):
            raise BrokenWireError("it sent an entry that does not add up")
        while at < end:
            _, at = _length(raw, at + 1)
            size, at = _length(raw, at + 1)
            name, number = _name(raw[at : at + size])
            size, at = _length(raw, at + size + 1)
            stop = at + size
            if stop > end:
                raise BrokenWireError("it sent an entry that does not add up")
            into = values.setdefault(name, [])
            while at < stop:
                size, at = _length(raw, at + 1)
                into.append(raw[at : at + size])
                at += size
            if at != stop:
                raise BrokenWireError("it sent an entry that does not add up")
            if number is not None:
                rest[name] = number
    except IndexError:
        raise BrokenWireError("it sent an entry that does not add up") from None
    if at != end:
        raise BrokenWireError("it sent an entry that does not add up")
    return dn, values, rest


@lru_cache(maxsize=256)  # every entry has the same ones
def _name(raw: bytes) -> tuple[str, int | None]:
    """Give an attribute's plain name, and from which number on the server held its values back."""
    name = raw.decode("ascii", "replace")
    return bare(name), next_range(name)
