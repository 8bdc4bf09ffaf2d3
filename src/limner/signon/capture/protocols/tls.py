"""TLS, as far as it can be read without keys: what was offered, what was agreed on, certificates before 1.3, alerts.

After RFC 8446 and RFC 5246.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from cryptography import x509

from limner.signon.capture.talk import Talk, clean
from limner.signon.capture.tape import Hole, Script, Skip, Stamp, Take, Tape, body

_CHANGE, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE = 1, 2, 11
_SERVER_NAME, _VERSIONS = 0, 43
_MOST_RECORD: Final = (1 << 14) + 2048
_MOST_HANDSHAKE: Final = 20_480
_SEALED_ALERT: Final = 19  # bytes: an alert, its type and the tag of TLS 1.3; a Finished is larger
_record = Struct(">BHH").unpack_from

VERSIONS: Final = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
ALERTS: Final = {
    0: "close notify", 10: "unexpected message", 20: "bad record MAC", 22: "record overflow", 40: "handshake failure",
    42: "bad certificate", 43: "unsupported certificate", 44: "certificate revoked", 45: "certificate expired",
    46: "certificate unknown", 47: "illegal parameter", 48: "unknown CA", 49: "access denied", 50: "decode error",
    51: "decrypt error", 70: "protocol version", 71: "insufficient security", 80: "internal error",
    86: "inappropriate fallback", 90: "user canceled", 109: "missing extension", 110: "unsupported extension",
    112: "unrecognized name", 113: "bad certificate status response", 115: "unknown PSK identity",
    116: "certificate required", 120: "no application protocol",
}  # fmt: skip


def is_tls(begin: bytes) -> bool:
    """Whether a stream that begins so, three bytes at least, is TLS: a record of the handshake, or an alert."""
    return begin[:1] in (b"\x16", b"\x15") and begin[1:2] == b"\x03" and begin[2] <= 4


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that was sent in the clear, or (`description` None) one that is encrypted, most likely."""

    stamp: Stamp
    by_client: bool
    description: int | None

    @property
    def words(self) -> str:
        """What it says."""
        if self.description is None:
            return "an encrypted alert, most likely"
        return f"the alert {ALERTS.get(self.description, f'number {self.description}')!r}"


@dataclass(slots=True)
class Tls(Talk):
    """What was seen of a TLS connection."""

    server_name: str | None = None  # that the client asked for (SNI)
    offered: str | None = None  # the highest version of the client
    agreed: str | None = None
    alerts: list[Alert] = field(default_factory=list)
    certificate_names: list[str] = field(default_factory=list)
    certificate_ends: float | None = None  # Unix time
    established: bool = False
    _sealed: list[bool] = field(default_factory=lambda: [False, False])  # the client's records, the server's

    def client(self, tape: Tape) -> Script:
        return self._records(tape, by_client=True)

    def server(self, tape: Tape) -> Script:
        return self._records(tape, by_client=False)

    def _records(self, tape: Tape, *, by_client: bool) -> Script:
        handshake = b""
        while True:
            kind, version, length = _record((yield Take(5)))
            if not _CHANGE <= kind <= _DATA or version >> 8 != 3 or length > _MOST_RECORD:
                break
            if kind == _DATA:
                self._data(length, tape.stamp, by_client=by_client)
                yield Skip(None)
            try:
                raw = yield from body(length, _MOST_RECORD)
            except Hole as hole:
                self.unread = self.unread or hole.missing is not None
                raise
            if kind == _CHANGE:
                self._sealed[not by_client] = True
                self.established = self.agreed != "TLS 1.3" and all(self._sealed)
            elif kind == _ALERT:
                self._alert(raw, tape.stamp, by_client=by_client)
            elif not self._sealed[not by_client] and len(handshake) + len(raw) <= _MOST_HANDSHAKE:
                handshake = self._messages(handshake + raw, tape.stamp)
        self.unread = True
        self.say(tape.stamp, "sends something that is not TLS", by_client=by_client)
        yield Skip(None)

    def _data(self, length: int, stamp: Stamp, *, by_client: bool) -> None:
        if not by_client:
            return
        if self.agreed == "TLS 1.3" and length == _SEALED_ALERT:
            self._add(Alert(stamp, by_client, None))
        else:
            self.established = True

    def _alert(self, raw: bytes, stamp: Stamp, *, by_client: bool) -> None:
        if len(raw) == 2:
            self._add(Alert(stamp, by_client, raw[1]))
        elif not self.established:
            self._add(Alert(stamp, by_client, None))

    def _add(self, alert: Alert) -> None:
        if len(self.alerts) < 10:
            self.alerts.append(alert)
            self.say(alert.stamp, f"sends {alert.words}", by_client=alert.by_client)

    def _messages(self, raw: bytes, stamp: Stamp) -> bytes:
        """Read the handshake messages that are whole, and give the rest."""
        while len(raw) >= 4:
            kind, length = raw[0], int.from_bytes(raw[1:4], "big")
            if len(raw) < 4 + length:
                break
            message, raw = raw[4 : 4 + length], raw[4 + length :]
            if kind == _CLIENT_HELLO:
                self._client_hello(message, stamp)
            elif kind == _SERVER_HELLO:
                self._server_hello(message, stamp)
            elif kind == _CERTIFICATE:
                self._certificate(message, stamp)
        return raw

    def _client_hello(self, message: bytes, stamp: Stamp) -> None:
        rest = _after_vector(_after_vector(_after_vector(message[34:], 1), 2), 1)
        versions = [int.from_bytes(message[:2], "big")]
        for kind, value in _extensions(rest):
            if kind == _VERSIONS:
                listed = [int.from_bytes(value[at : at + 2], "big") for at in range(1, len(value) - 1, 2)]
                versions = [version for version in listed if version in VERSIONS] or versions
            elif kind == _SERVER_NAME and value[2:3] == b"\0":
                self.server_name = clean(value[5 : 5 + int.from_bytes(value[3:5], "big")])
        self.offered = _version(max(versions))
        asked = f", for {self.server_name}" if self.server_name else ", and names no server"
        self.say(stamp, f"offers {self.offered} at most{asked}", self.server_name or "")

    def _server_hello(self, message: bytes, stamp: Stamp) -> None:
        version = int.from_bytes(message[:2], "big")
        rest = _after_vector(message[34:], 1)[3:]  # the suite and the compression
        for kind, value in _extensions(rest):
            if kind == _VERSIONS:
                version = int.from_bytes(value[:2], "big")
        self.agreed = _version(version)
        self.say(stamp, f"takes {self.agreed}", by_client=False)

    def _certificate(self, message: bytes, stamp: Stamp) -> None:
        length = int.from_bytes(message[3:6], "big")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of odd certificates; this one is only looked at
                leaf = x509.load_der_x509_certificate(message[6 : 6 + length])
                self.certificate_ends = leaf.not_valid_after_utc.timestamp()
                self.certificate_names = [clean(name) for name in _names(leaf)][:20]
        except (ValueError, x509.InvalidVersion, x509.DuplicateExtension):
            self.say(stamp, "shows a certificate that cannot be read", by_client=False)
            return
        ends = time.strftime("%Y-%m-%d", time.gmtime(self.certificate_ends))
        names = self.certificate_names
        self.say(
            stamp, f"shows a certificate for {', '.join(names) or 'nobody'}, until {ends}", *names, by_client=False
        )


def _names(leaf: x509.Certificate) -> list[str]:
    try:
        alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.UnsupportedGeneralNameType):
        common = leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return [str(each.value) for each in common]
    return [*alternative.get_values_for_type(x509.DNSName), *map(str, alternative.get_values_for_type(x509.IPAddress))]


def _after_vector(raw: bytes, size: int) -> bytes:
    """Give what follows a vector whose length is in its first bytes, so many."""
    return raw[size + int.from_bytes(raw[:size], "big") :]


def _extensions(raw: bytes) -> Iterator[tuple[int, bytes]]:
    end = min(2 + int.from_bytes(raw[:2], "big"), len(raw))
    at = 2
    while at + 4 <= end:
        length = int.from_bytes(raw[at + 2 : at + 4], "big")
        yield int.from_bytes(raw[at : at + 2], "big"), raw[at + 4 : min(at + 4 + length, end)]
        at += 4 + length


def _version(number: int) -> str:
    return VERSIONS.get(number, f"version {number:#06x}")
