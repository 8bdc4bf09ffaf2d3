"""Responses as bytes: the same header lines everywhere, made as early as they can be."""

from __future__ import annotations

import email.utils
import time
from dataclasses import dataclass, field
from http import HTTPStatus

COMMON = b"X-Content-Type-Options: nosniff\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, header lines (each ended by CRLF, without Date and Content-Length), and body.

    `close` ends the connection behind it.
    """

    status: int
    lines: bytes = b""
    body: bytes = b""
    close: bool = False


class LastModified(dict[bytes, bytes]):
    """Unix seconds in 4 bytes, big-endian -> the Last-Modified line; filled as they turn up."""

    def __missing__(self, modified: bytes) -> bytes:
        if len(self) >= 4096:
            self.clear()
        line = self[modified] = b"Last-Modified: %s\r\n" % http_date(int.from_bytes(modified))
        return line


@dataclass(slots=True)
class Clock:
    """The time as responses and logs write it; set by the door's tick, not for each request."""

    now: float = 0.0
    date: bytes = b""
    stamp: bytes = b""
    modified: LastModified = field(default_factory=LastModified)
    _second: int = 0

    def set(self, now: float) -> None:
        """Set the clock, in Unix seconds."""
        self.now = now
        if int(now) != self._second:
            self._second = int(now)
            self.date = b"Date: %s\r\n" % http_date(self._second)
        self.stamp = b"%s.%03dZ" % (_iso(self._second), int(now * 1000) % 1000)


def http_date(seconds: int) -> bytes:
    """Write Unix seconds as HTTP does (RFC 9110 section 5.6.7)."""
    return email.utils.formatdate(seconds, usegmt=True).encode("ascii")


def read_http_date(text: bytes) -> int | None:
    """Read a date of HTTP as Unix seconds; None for what is no date."""
    try:
        return int(email.utils.parsedate_to_datetime(text.decode("ascii")).timestamp())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _iso(seconds: int) -> bytes:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)).encode("ascii")


def render(answer: Answer, clock: Clock, *, head_only: bool, extra: bytes = b"") -> bytes:
    """Give a response as it goes on the wire; `extra` are further header lines.

    An answer to HEAD has all the lines of that to GET, and no body. 304 and 204 have no Content-Length.
    """
    length = b"" if answer.status in (204, 304) else b"Content-Length: %d\r\n" % len(answer.body)
    return b"".join(
        (
            status_line(answer.status),
            clock.date,
            answer.lines,
            COMMON,
            extra,
            b"Connection: close\r\n" if answer.close else b"",
            length,
            b"\r\n",
            b"" if head_only else answer.body,
        )
    )


_STATUS = {status: b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode("ascii")) for status in HTTPStatus}


def status_line(status: int) -> bytes:
    """Give the status line of a response."""
    return _STATUS.get(HTTPStatus(status), b"")


def plain(status: int, text: str, *, close: bool = False, lines: bytes = b"") -> Answer:
    """Give an answer of one line of text, not to be kept by caches."""
    head = b"Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
    return Answer(status, head + lines, text.encode("utf-8") + b"\n", close)
