"""A TCP conversation: who asked for it, what was said, who ended it, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final, NamedTuple

from limner.signon.capture.packet import ACK, FIN, RST, SYN, Segment, Unreachable
from limner.signon.capture.protocols import READERS, Http, Tls, Vp
from limner.signon.capture.side import Side
from limner.signon.capture.talk import Talk
from limner.signon.capture.tape import START, Stamp, Tape

SECOND: Final = 1_000_000_000  # nanoseconds
_AGAIN: Final = SECOND // 10  # an equal SYN sooner than this is the same packet, captured twice
_MOST_SYNS: Final = 20


class End(NamedTuple):
    """An address (packed) and a port."""

    address: bytes
    port: int

    @property
    def host(self) -> str:
        """The address as text."""
        return str(ip_address(self.address))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if len(self.address) == 16 else f"{self.host}:{self.port}"


class Close(NamedTuple):
    """The first end of a conversation: by FIN, orderly, or by RST. `idle`: nanoseconds since anyone sent anything."""

    stamp: Stamp
    by_client: bool
    reset: bool
    idle: int
    ttl: int


@dataclass(slots=True)
class Flow:
    """A conversation. `turns` counts how often the word went from one side to the other."""

    protocol: str
    client: End
    server: End
    began: Stamp
    talk: Talk
    number: int = 0  # in the order in which they began, from 1
    last: Stamp = START
    from_client: Side = field(default_factory=Side)
    from_server: Side = field(default_factory=Side)
    whole: bool = False  # its begin was captured
    syns: list[Stamp] = field(default_factory=list)  # each time the client asked for it
    refused: list[Stamp] = field(default_factory=list)  # each time the answer was RST
    refused_ttl: int | None = None
    unreachable: Unreachable | None = None
    close: Close | None = None
    turns: int = 0
    over: bool = False
    _spoke: bool | None = None  # who did last: the client?
    _data_at: int = 0  # when

    @classmethod
    def of(cls, segment: Segment, protocol: str, *, by_client: bool) -> Flow:
        """Begin with its first segment."""
        source, target = End(segment.source, segment.source_port), End(segment.target, segment.target_port)
        client, server = (source, target) if by_client else (target, source)
        stamp = Stamp(segment.number, segment.when)
        flow = cls(protocol, client, server, stamp, READERS[protocol](), _data_at=stamp.when)
        flow.from_client.listen(Tape(flow.talk.client))
        flow.from_server.listen(Tape(flow.talk.server))
        return flow

    @property
    def established(self) -> bool:
        """Whether the server took the connection, as far as the capture goes."""
        return not self.whole or self.from_server.syn is not None or self.from_server.packets > 0

    @property
    def vp(self) -> Vp | None:
        """The Sametime session in it, direct or through a proxy."""
        if isinstance(self.talk, Vp):
            return self.talk
        return self.talk.tunnel if isinstance(self.talk, Http) else None

    @property
    def tls(self) -> Tls | None:
        """The TLS connection in it."""
        if isinstance(self.talk, Tls):
            return self.talk
        inner: Tls | None = getattr(self.vp or self.talk, "tls", None)
        return inner

    @property
    def missing(self) -> int:
        """Bytes that the capture does not hold."""
        return self.from_client.missing + self.from_server.missing

    def is_new(self, segment: Segment) -> bool:
        """Whether a segment begins another conversation between the same ports."""
        if segment.flags & (SYN | ACK) != SYN or segment.seq == self.from_client.began:
            return False
        if not self.whole and self.from_client.follows(segment.seq):
            return False  # it only comes late
        return self.over or self.from_server.syn is not None or not self.whole

    def add(self, segment: Segment, *, by_client: bool) -> None:
        """Add a segment; a copy of one that another interface saw as well changes nothing."""
        side = self.from_client if by_client else self.from_server
        stamp = Stamp(segment.number, segment.when)
        self.last = max(self.last, stamp)
        flags = segment.flags
        if side.ttl is None and not flags & RST:
            side.ttl = segment.ttl
        if flags & SYN:
            self._syn(segment, side, stamp, by_client=by_client)
        carries = segment.length and not flags & (SYN | RST)
        if carries and side.take(segment.seq, segment.data, segment.length, stamp):
            self.turns += self._spoke is not by_client
            self._spoke = by_client
            self._data_at = max(self._data_at, stamp.when)
        if flags & RST:
            self._reset(segment, side, stamp, by_client=by_client)
        elif flags & FIN and side.fin is None:
            side.fin = stamp
            self._close(segment, stamp, by_client=by_client)
            self.over = self.from_client.fin is not None and self.from_server.fin is not None

    def end(self) -> None:
        """Say that no more comes, or that it does not matter."""
        self.over = True
        self.from_client.end()
        self.from_server.end()

    def _syn(self, segment: Segment, side: Side, stamp: Stamp, *, by_client: bool) -> None:
        if side.syn is None:
            side.syn = stamp
            side.begin(segment.seq)
        if by_client:
            self.whole = True
            if len(self.syns) < _MOST_SYNS and _is_later(stamp, self.syns):
                self.syns.append(stamp)

    def _reset(self, segment: Segment, side: Side, stamp: Stamp, *, by_client: bool) -> None:
        if side.rst is None:
            side.rst = stamp
        if not by_client and self.whole and self.from_server.syn is None:
            if len(self.refused) < _MOST_SYNS and _is_later(stamp, self.refused):
                self.refused.append(stamp)
                self.refused_ttl = segment.ttl
            return
        self._close(segment, stamp, by_client=by_client)
        self.over = True

    def _close(self, segment: Segment, stamp: Stamp, *, by_client: bool) -> None:
        if self.close is None:
            idle = max(stamp.when - self._data_at, 0)
            self.close = Close(stamp, by_client, bool(segment.flags & RST), idle, segment.ttl)


def _is_later(stamp: Stamp, known: list[Stamp]) -> bool:
    """Whether a packet is another one than the last, and not the same packet captured twice."""
    return not known or abs(stamp.when - known[-1].when) > _AGAIN
