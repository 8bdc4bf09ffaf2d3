"""VP, the protocol of Sametime clients and community servers (port 1533): handshake, log-in, why the server ends it.

Layouts after the open implementation "meanwhile" and Wireshark's dissector. Everything is big-endian: a length of four
bytes, then type, options, channel, and what the type says. From Sametime 12 on the port may speak TLS instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import Final

from limner.signon.capture.protocols import vp_words
from limner.signon.capture.protocols.tls import Tls, is_tls
from limner.signon.capture.talk import Talk, clean
from limner.signon.capture.tape import Hole, Peek, Script, Skip, Some, Stamp, Tape, body
from limner.signon.capture.token import TokenSeen, look_at

_HANDSHAKE, _HANDSHAKE_ACK = 0x0000, 0x8000
_LOGIN, _LOGIN_ACK, _LOGIN_REDIRECT, _LOGIN_CONTINUE = 0x0001, 0x8001, 0x0018, 0x0016
_DESTROY: Final = 0x0003
_TELLING: Final = frozenset(  # the types that are read, as they stand in a unit
    kind.to_bytes(2, "big")
    for kind in (_HANDSHAKE, _HANDSHAKE_ACK, _LOGIN, _LOGIN_ACK, _LOGIN_REDIRECT, _LOGIN_CONTINUE, _DESTROY)
)
_MOST_UNIT: Final = 1 << 20  # bytes; a larger one is not VP
_MOST_READ: Final = 16_384  # bytes of a unit
_HTTP: Final = (b"GET ", b"POST", b"HTTP", b"CONN")
_head = Struct(">HHI").unpack_from
_word = Struct(">I").unpack_from


@dataclass(slots=True)
class Vp(Talk):
    """What was seen of a session with a community server. `ended` is the reason that the server gave, as a code."""

    version: str | None = None  # the server's
    client_type: int | None = None
    user: str | None = None
    login_type: int | None = None
    login_at: Stamp | None = None
    token: TokenSeen | None = None
    accepted_at: Stamp | None = None
    redirect: str | None = None
    redirect_at: Stamp | None = None
    ended: int | None = None
    ended_at: Stamp | None = None
    client_left: bool = False  # the client ended the session itself
    tls: Tls | None = None
    units: list[int] = field(default_factory=lambda: [0, 0])  # from the client, from the server

    def client(self, tape: Tape) -> Script:
        return self._read(tape, by_client=True)

    def server(self, tape: Tape) -> Script:
        return self._read(tape, by_client=False)

    def _read(self, tape: Tape, *, by_client: bool) -> Script:
        begin = yield Peek(4)
        if is_tls(begin):
            self.tls = self.tls or Tls(self.events)
            yield from self.tls.client(tape) if by_client else self.tls.server(tape)
            return
        if begin in _HTTP:
            self.unread = True
            self.say(tape.stamp, "speaks HTTP here, a tunnel that is not looked into", by_client=by_client)
            yield Skip(None)
        try:
            yield from self._units(tape, by_client=by_client)
        except Hole as hole:
            self.unread = self.unread or hole.missing is not None
            raise
        self.unread = True
        self.say(tape.stamp, "sends something that is not VP", by_client=by_client)
        yield Skip(None)

    def _units(self, tape: Tape, *, by_client: bool) -> Script:
        """Read unit after unit, until it is no VP; those that are whole at hand at once, for a chat has many."""
        held = b""
        while True:
            at, end = 0, len(held)
            while True:
                while at < end and held[at] & 0x80:  # keep-alive
                    at += 1
                if end - at < 4:
                    break
                (length,) = _word(held, at)
                if not 8 <= length <= _MOST_UNIT:
                    return
                if end - at - 4 < length:
                    break
                if held[at + 4 : at + 6] in _TELLING:
                    self._take(held[at + 4 : at + 4 + length], tape.stamp, by_client=by_client)
                self.units[not by_client] += 1
                at += 4 + length
            held = held[at:]
            if len(held) < 4:
                held += yield Some(_MOST_READ)
                continue
            (length,) = _word(held)
            begun, held = held[4:], b""
            rest = yield from body(length - len(begun), max(_MOST_READ - len(begun), 0))
            self.units[not by_client] += 1
            self._take(begun + rest, tape.stamp, by_client=by_client)

    def _take(self, unit: bytes, stamp: Stamp, *, by_client: bool) -> None:
        """Read a unit, which the snap length may have cut."""
        if len(unit) < 8:
            return
        kind, options, channel = _head(unit)
        raw = unit[8:]
        fields = _Fields(raw)
        if options & 0x8000:
            fields.opaque()
        if by_client and kind == _HANDSHAKE:
            major, minor, self.client_type = fields.half(), fields.half(), _handshake_type(raw)
            of = f" as {vp_words.client(self.client_type)}" if self.client_type is not None else ""
            self.say(stamp, f"greets{of}, protocol {_version(major, minor)}")
        elif not by_client and kind == _HANDSHAKE_ACK:
            self.version = _version(fields.half(), fields.half())
            self.say(stamp, f"greets back, protocol {self.version}", by_client=False)
        elif by_client and kind == _LOGIN:
            self._login(fields, stamp)
        elif not by_client and kind == _LOGIN_ACK:
            self.accepted_at = stamp
            self.say(stamp, "accepts the log-in", by_client=False)
        elif not by_client and kind == _LOGIN_REDIRECT:
            self.redirect, self.redirect_at = clean(fields.string() or b""), stamp
            self.say(stamp, f"sends the client to {self.redirect}", self.redirect, by_client=False)
        elif by_client and kind == _LOGIN_CONTINUE:
            self.say(stamp, "goes on with the log-in at this server")
        elif kind == _DESTROY and channel == 0:
            self._end(fields.word(), stamp, by_client=by_client)

    def _login(self, fields: _Fields, stamp: Stamp) -> None:
        self.client_type = fields.half()
        user = fields.string()
        data = fields.opaque()
        self.user, self.login_type, self.login_at = clean(user or b""), fields.half(), stamp
        self.accepted_at = None
        if self.login_type == vp_words.TOKEN_LOGIN and data is not None:
            self.token = look_at(data)
        how = self.token.words if self.token else "?"
        if self.token is None:
            how = "in a way that was not captured" if self.login_type is None else vp_words.login(self.login_type)
        self.say(stamp, f"logs in as {self.user or 'somebody'} with {how}", self.user)

    def _end(self, code: int | None, stamp: Stamp, *, by_client: bool) -> None:
        why = vp_words.reason(code) if code is not None else "the reason was not captured"
        self.say(stamp, f"ends the session: {why}", by_client=by_client)
        if by_client:
            self.client_left = True
        elif self.ended_at is None:
            self.ended, self.ended_at = code, stamp


class _Fields:
    """Reads field after field; None for one that was not captured, or claims more than there is."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def half(self) -> int | None:
        part = self._part(2)
        return None if part is None else int.from_bytes(part, "big")

    def word(self) -> int | None:
        part = self._part(4)
        return None if part is None else int.from_bytes(part, "big")

    def string(self) -> bytes | None:
        return self._counted(self.half())

    def opaque(self) -> bytes | None:
        return self._counted(self.word())

    def _counted(self, length: int | None) -> bytes | None:
        return None if length is None else self._part(length)

    def _part(self, length: int) -> bytes | None:
        part = self._raw[self._at : self._at + length]
        self._at += length
        return part if len(part) == length else None


def _handshake_type(raw: bytes) -> int | None:
    """Give the client type: after major, minor, channel and a number."""
    return int.from_bytes(raw[12:14], "big") if len(raw) >= 14 else None


def _version(major: int | None, minor: int | None) -> str:
    return "not captured" if major is None or minor is None else f"{major:#06x}.{minor:#06x}"
