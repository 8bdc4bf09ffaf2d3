"""A request's head, as llhttp read it, and what this door demands beyond that."""

from __future__ import annotations

from dataclasses import dataclass, field

from limner.settings import Serve

HEADERS_LIMIT = 100
BODY_LIMIT = 65_536  # bytes of a body that are kept
METHODS = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH"))

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Request:
    """A request: method, target as sent, version, headers (names in lower case, in order, without trailers)."""

    method: bytes = b""
    target: bytes = b""
    _shown: bytes | None = None
    version: str = "1.1"
    headers: Headers = field(default_factory=list)
    keep_alive: bool = True
    complete: bool = False  # the head is whole
    alone: bytes | None = None
    """The bytes of the head behind the request line, of a GET that came whole, by itself, and without a body."""
    body: bytes | None = b""
    """The body of a POST; None: it is larger than BODY_LIMIT, and was dropped."""

    @property
    def shown(self) -> bytes:
        """The target without the credentials in it, once the door has looked: this is what is read and written down."""
        return self.target if self._shown is None else self._shown

    @shown.setter
    def shown(self, target: bytes) -> None:
        self._shown = target

    def header(self, name: bytes) -> bytes | None:
        """Give the value of a header that is sent once; the first, if it is sent more often."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def expects(self) -> bool:
        """Whether the visitor waits for a 100 before it sends the body."""
        return self.version == "1.1" and (self.header(b"expect") or b"").lower() == b"100-continue"

    def fault(self, limits: Serve) -> tuple[int, str] | None:
        """Give (status, text) for a head that is too large, or has no one meaning though it parses.

        It is refused, not guessed at.
        """
        names = [name for name, _ in self.headers]
        if len(self.target) > limits.target_bytes:
            return 414, "the address is too long"
        if sum(len(name) + len(value) + 4 for name, value in self.headers) > limits.head_bytes:
            return 431, "the request's head is too large"
        if self.version not in ("1.0", "1.1"):
            return 505, "this door speaks HTTP/1.1"
        if len(names) > HEADERS_LIMIT:
            return 431, "the request has too many header lines"
        if b"transfer-encoding" in names and (b"content-length" in names or self.version == "1.0"):
            return 400, "the request's length is not clear"
        if names.count(b"content-length") > 1 or names.count(b"transfer-encoding") > 1:
            return 400, "the request's length is not clear"
        coding = self.header(b"transfer-encoding")
        if coding is not None and coding.strip().lower() != b"chunked":
            return 501, "no transfer coding but chunked is known"
        hosts = names.count(b"host")
        if hosts > 1 or (hosts == 0 and self.version == "1.1"):
            return 400, "the request names no host, or several"
        if any(b"\0" in value or b"\n" in value or b"\r" in value for _, value in self.headers):
            return 400, "a header line holds a control character"
        if self.method not in METHODS:
            return 501, "this method is not known"
        return None
