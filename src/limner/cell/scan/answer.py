"""A server's answer to a ClientHello: what it chose, its certificates, and whether it wants one of the client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from limner.cell.scan.suites import Version, name
from limner.cell.scan.wire import ALERT, CHANGE, HANDSHAKE, End, NoMoreError, Wire

SERVER_HELLO, CERTIFICATE, KEY_EXCHANGE, REQUEST, DONE = 2, 11, 12, 13, 14
MOST_MESSAGE = 256 * 1024  # of a handshake message; a list of many authorities is the longest
MOST_CERTIFICATES = 50
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")  # RFC 8446, 4.1.3
_ALERTS = {  # RFC 8446, section 6; RFC 5246, section 7.2; RFC 6101, section 5.4
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    40: "handshake_failure",
    41: "no_certificate",
    47: "illegal_parameter",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    116: "certificate_required",
    120: "no_application_protocol",
}
_WARNING = 1


class MalformedError(Exception):
    """A message is not what its type says."""


@dataclass(frozen=True)
class ServerHello:
    """What a server chose. `share` is its key of TLS 1.3; without one, `group` is the group that it asks for."""

    version: int
    suite: int
    group: int | None = None
    share: bytes | None = None


@dataclass
class Answer:
    """All that came. `refusal` says why there is no `hello`, or why its flight ended before its end."""

    hello: ServerHello | None = None
    hello_message: bytes = b""
    certificates: tuple[bytes, ...] = ()
    wants_client: bool = False
    dh_bits: int | None = None
    refusal: str | None = None
    end: End | None = None
    first: bytes = b""

    def chose(self, version: Version) -> bool:
        """Say whether the server speaks a version."""
        return self.hello is not None and self.hello.version == version


class Taker:
    """Takes numbers and vectors off a message; raises MalformedError where it is too short."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def take(self, size: int) -> bytes:
        """Take so many bytes."""
        if size > len(self._raw) - self._at:
            raise MalformedError
        self._at += size
        return self._raw[self._at - size : self._at]

    def number(self, size: int) -> int:
        """Take a number of so many bytes."""
        return int.from_bytes(self.take(size))

    def vector(self, size: int) -> bytes:
        """Take a length of so many bytes, and that many."""
        return self.take(self.number(size))

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._raw) - self._at


def listen(wire: Wire) -> Answer:
    """Read a server's flight: up to ServerHelloDone, to the ServerHello of TLS 1.3, or as far as it comes."""
    answer = Answer()
    try:
        for kind, message in messages(wire):
            _take_in(answer, kind, message)
            if kind == DONE or (answer.hello and answer.hello.version == Version.TLS13):
                break
    except NoMoreError as why:
        answer.end, answer.first = why.end, why.first
        answer.refusal = why.end.value
    except MalformedError:
        answer.refusal = "its answer is malformed"
    except RefusedError as why:
        answer.refusal = f"it refused: {why}"
    return answer


class RefusedError(Exception):
    """A server sent an alert."""


def messages(wire: Wire) -> Iterator[tuple[int, bytes]]:
    """Yield handshake messages with their types. Raises NoMoreError, RefusedError, MalformedError."""
    pending = b""
    while True:
        record = wire.record()
        if record.kind == ALERT:
            refuse(record.content)
        elif record.kind == HANDSHAKE:
            pending += record.content
        elif record.kind != CHANGE:
            raise MalformedError
        while (message := whole(pending)) is not None:
            pending = pending[len(message) :]
            yield message[0], message


def whole(pending: bytes) -> bytes | None:
    """Give the first message with its header, if all of it is there. Raises MalformedError for one that is too long."""
    if len(pending) < 4:
        return None
    size = int.from_bytes(pending[1:4])
    if size > MOST_MESSAGE:
        raise MalformedError
    return pending[: 4 + size] if len(pending) >= 4 + size else None


def refuse(alert: bytes) -> None:
    """Raise RefusedError for an alert, unless it is only a warning (about a name that is not known, say)."""
    if len(alert) != 2:
        raise RefusedError("an alert that is not whole")
    if alert[0] == _WARNING and alert[1] not in (0, 41):
        return
    raise RefusedError(_ALERTS.get(alert[1], f"alert {alert[1]}"))


def _take_in(answer: Answer, kind: int, message: bytes) -> None:
    body = Taker(message[4:])
    if kind == SERVER_HELLO:
        answer.hello, answer.hello_message = server_hello(body), message
    elif kind == CERTIFICATE:
        answer.certificates = certificates(Taker(body.vector(3)))
    elif kind == KEY_EXCHANGE:
        answer.dh_bits = _dh_bits(answer, body)
    elif kind == REQUEST:
        answer.wants_client = True


def server_hello(body: Taker) -> ServerHello:
    """Read a ServerHello. Raises MalformedError."""
    version, random = body.number(2), body.take(32)
    body.vector(1)
    suite = body.number(2)
    body.take(1)
    group, share = None, None
    extensions = Taker(body.vector(2)) if body.left else Taker(b"")
    while extensions.left:
        kind, content = extensions.number(2), Taker(extensions.vector(2))
        if kind == 43:
            version = content.number(2)
        elif kind == 51:
            group = content.number(2)
            share = content.vector(2) if random != _RETRY else None
    return ServerHello(version, suite, group, share)


def certificates(listed: Taker, *, extensions: bool = False) -> tuple[bytes, ...]:
    """Read a list of certificates; in TLS 1.3 each has extensions. Raises MalformedError."""
    found = []
    while listed.left:
        found.append(listed.vector(3))
        if extensions:
            listed.vector(2)
        if len(found) > MOST_CERTIFICATES:
            raise MalformedError
    return tuple(found)


def _dh_bits(answer: Answer, body: Taker) -> int | None:
    """Give the size of the prime of Diffie-Hellman over numbers: RFC 5246, section 7.4.3."""
    if answer.hello is None or not name(answer.hello.suite).startswith(("TLS_DHE_", "TLS_DH_anon")):
        return None
    if "_PSK_" in name(answer.hello.suite):
        body.vector(2)
    return int.from_bytes(body.vector(2)).bit_length()
