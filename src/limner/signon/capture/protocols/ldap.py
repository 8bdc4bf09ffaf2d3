"""LDAP, between a community server and its directory: who binds, and what the directory answers. After RFC 4511.

Passwords and entries are not read.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from limner.signon.capture.protocols.tls import Tls, is_tls
from limner.signon.capture.talk import Talk, clean
from limner.signon.capture.tape import Ask, Hole, Peek, Script, Skip, Stamp, Take, Tape, body

_SEQUENCE, _INTEGER, _ENUMERATED = 0x30, 0x02, 0x0A
_BIND, _BIND_RESPONSE, _SEARCH_DONE, _EXTENDED, _EXTENDED_RESPONSE = 0x60, 0x61, 0x65, 0x77, 0x78
_SIMPLE, _SASL, _OID = 0x80, 0xA3, 0x80
_START_TLS: Final = b"1.3.6.1.4.1.1466.20037"
_MOST_MESSAGE: Final = 1 << 26
_MOST_READ: Final = 4096
_SASL_IN_PROGRESS: Final = 14
_AD_CODE: Final = re.compile(r"data ([0-9a-f]{1,8})\b")

RESULTS: Final = {
    0: "success", 1: "operations error", 2: "protocol error", 3: "time limit exceeded", 4: "size limit exceeded",
    7: "this way to authenticate is not supported", 8: "stronger authentication is required", 10: "referral",
    11: "administrative limit exceeded", 13: "confidentiality is required", 14: "SASL goes on", 32: "no such object",
    34: "invalid name", 48: "inappropriate authentication", 49: "invalid credentials", 50: "insufficient access rights",
    51: "busy", 52: "unavailable", 53: "unwilling to perform", 80: "other error",
}  # fmt: skip
ACTIVE_DIRECTORY: Final = {  # what follows "data" in the message of a refused bind
    "525": "no such user", "52e": "wrong password", "530": "not at this time", "531": "not from this workstation",
    "532": "the password has expired", "533": "the account is disabled", "701": "the account has expired",
    "773": "the password must be changed", "775": "the account is locked",
}  # fmt: skip


class Field(NamedTuple):
    """A BER element: its tag, and what it holds."""

    tag: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the directory that is no success."""

    stamp: Stamp
    operation: str
    code: int
    words: str


@dataclass(slots=True)
class Ldap(Talk):
    """What was seen of a connection to a directory."""

    binds: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    start_tls: bool = False
    tls: Tls | None = None

    def client(self, tape: Tape) -> Script:
        return self._read(tape, by_client=True)

    def server(self, tape: Tape) -> Script:
        return self._read(tape, by_client=False)

    def _read(self, tape: Tape, *, by_client: bool) -> Script:
        while True:
            begin = yield Peek(1)
            if begin == b"\x16" and is_tls((yield Peek(3))):
                self.tls = self.tls or Tls(self.events)
                yield from self.tls.client(tape) if by_client else self.tls.server(tape)
                return
            try:
                raw = yield from _message()
            except Hole as hole:
                self.unread = self.unread or hole.missing is not None
                raise
            if raw is None:
                break
            parts = fields(raw, 2)
            if len(parts) == 2 and parts[0].tag == _INTEGER:
                self._take(parts[1], tape.stamp)
        self.unread = True  # not LDAP, or sealed by SASL
        yield Skip(None)

    def _take(self, operation: Field, stamp: Stamp) -> None:
        kind, raw = operation
        if kind == _BIND:
            self._bind(raw, stamp)
        elif kind == _EXTENDED and fields(raw, 1)[:1] == [Field(_OID, _START_TLS)]:
            self.start_tls = True
            self.say(stamp, "asks for TLS on this connection (StartTLS)")
        elif kind in (_BIND_RESPONSE, _SEARCH_DONE, _EXTENDED_RESPONSE):
            self._result(kind, raw, stamp)

    def _bind(self, raw: bytes, stamp: Stamp) -> None:
        parts = fields(raw, 3)
        if len(parts) < 3:
            return
        self.binds += 1
        name = clean(parts[1].value)
        how = "in a way that is not known to limner"
        if parts[2].tag == _SIMPLE:
            how = "with a password" if parts[2].value else "without a password"
        elif parts[2].tag == _SASL:
            mechanism = fields(parts[2].value, 1)
            how = f"by SASL {clean(mechanism[0].value)}" if mechanism else "by SASL"
        self.say(stamp, f"binds as {name or 'nobody'} {how}", name)

    def _result(self, kind: int, raw: bytes, stamp: Stamp) -> None:
        parts = fields(raw, 3)
        if not parts or parts[0].tag != _ENUMERATED:
            return
        code = int.from_bytes(parts[0].value[:4], "big")
        operation = {_BIND_RESPONSE: "bind", _SEARCH_DONE: "search"}.get(kind, "request")
        if code in (0, _SASL_IN_PROGRESS):
            if operation != "search" and code == 0:
                self.say(stamp, f"accepts the {operation}", by_client=False)
            return
        words = RESULTS.get(code, f"result {code}")
        message = clean(parts[2].value) if len(parts) > 2 else ""
        if (found := _AD_CODE.search(message)) and found[1] in ACTIVE_DIRECTORY:
            words += f", says Active Directory: {ACTIVE_DIRECTORY[found[1]]}"
        if len(self.refusals) < 50:
            self.refusals.append(Refusal(stamp, operation, code, words))
        self.say(stamp, f"refuses the {operation}: {words} ({code})", by_client=False)


def _message() -> Generator[Ask, bytes, bytes | None]:
    """Read what an LDAPMessage holds; None: there is none."""
    tag, size = yield Take(2)
    if tag != _SEQUENCE or size == 0x80 or size > 0x84:
        return None
    length = size if size < 0x80 else int.from_bytes((yield Take(size & 0x7F)), "big")
    if length > _MOST_MESSAGE:
        return None
    return (yield from body(length, _MOST_READ))


def fields(raw: bytes, most: int) -> list[Field]:
    """Give the BER elements at the begin of `raw`, at most so many, and those that are whole."""
    found: list[Field] = []
    at = 0
    while len(found) < most and at + 2 <= len(raw):
        tag, size = raw[at], raw[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4:
                break
            size = int.from_bytes(raw[at : at + count], "big")
            at += count
        value = raw[at : at + size]
        if len(value) < size and len(found) + 1 < most:
            break
        found.append(Field(tag, value))
        at += size
    return found
