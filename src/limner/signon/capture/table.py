"""All conversations of a capture, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from limner.signon.capture.flow import Flow
from limner.signon.capture.packet import ACK, SYN, Segment, Unreachable
from limner.signon.capture.protocols import Http, Ldap

MOST_OPEN: Final = 4096  # conversations followed at once
MOST_HELD: Final = 1 << 26  # bytes that wait in all of them
MOST_DULL: Final = 5000  # conversations kept in which nothing went wrong and nobody logged in
MOST_KEPT: Final = 20_000

_Key = tuple[bytes, int, bytes, int]


class Table:
    """Gives each segment to its conversation."""

    def __init__(self, ports: Mapping[int, str]) -> None:
        self._ports = ports
        self._open: dict[_Key, tuple[Flow, bool]] = {}
        self._kept: list[Flow] = []
        self._held = 0
        self.left_out = 0  # conversations that were counted and not kept
        self.unfollowed = 0  # segments of conversations that were given up for want of room

    def add(self, segment: Segment) -> None:
        """Add a segment."""
        key = (segment.source, segment.source_port, segment.target, segment.target_port)
        found = self._open.get(key)
        if found is None or found[0].is_new(segment):
            found = self._begin(segment, key)
        flow, by_client = found
        side = flow.from_client if by_client else flow.from_server
        before = side.held
        flow.add(segment, by_client=by_client)
        self._held += side.held - before
        if self._held > MOST_HELD:
            self._held -= side.held
            side.give_up()
            self.unfollowed += 1

    def add_unreachable(self, report: Unreachable) -> None:
        """Add a report that a segment did not arrive."""
        found = self._open.get((report.source, report.source_port, report.target, report.target_port))
        if found is not None and found[1] and found[0].unreachable is None:
            found[0].unreachable = report

    def finish(self) -> list[Flow]:
        """End all that are open, and give all, numbered in the order in which they began."""
        for flow, by_client in self._open.values():
            if by_client:
                self._keep(flow)
        self._open.clear()
        self._kept.sort(key=lambda flow: flow.began)
        for number, flow in enumerate(self._kept, 1):
            flow.number = number
        return self._kept

    def _begin(self, segment: Segment, key: _Key) -> tuple[Flow, bool]:
        back = key[2:] + key[:2]
        if (earlier := self._open.get(key)) is not None:
            self._forget(earlier[0])
        elif len(self._open) >= 2 * MOST_OPEN:
            self._make_room()
        by_client = self._is_client(segment)
        port = segment.target_port if by_client else segment.source_port
        flow = Flow.of(segment, self._ports[port], by_client=by_client)
        self._open[back] = (flow, not by_client)
        self._open[key] = found = (flow, by_client)
        return found

    def _is_client(self, segment: Segment) -> bool:
        """Whether the sender is the one who asked for the conversation, as far as can be told from one segment."""
        answer = bool(segment.flags & ACK)
        if segment.flags & SYN and (segment.source_port if answer else segment.target_port) in self._ports:
            return not answer
        if segment.source_port in self._ports and segment.target_port in self._ports:
            return segment.source_port > segment.target_port
        return segment.target_port in self._ports

    def _make_room(self) -> None:
        """Let those go that are over; if that is not enough, those that said nothing for longest."""
        flows = [flow for flow, by_client in self._open.values() if by_client]
        flows.sort(key=lambda flow: (not flow.over, flow.last))
        over = sum(flow.over for flow in flows)
        for flow in flows[: max(over, len(flows) // 4)]:
            self._forget(flow)

    def _forget(self, flow: Flow) -> None:
        """Take a conversation out of those that are followed."""
        client, server = flow.client, flow.server
        for key in ((*client, *server), (*server, *client)):
            if (found := self._open.get(key)) is not None and found[0] is flow:
                del self._open[key]
        self._held -= flow.from_client.held + flow.from_server.held
        self._keep(flow)

    def _keep(self, flow: Flow) -> None:
        flow.end()
        if len(self._kept) >= (MOST_DULL if _is_dull(flow) else MOST_KEPT):
            self.left_out += 1
        else:
            self._kept.append(flow)


def _is_dull(flow: Flow) -> bool:
    """Whether a conversation has nothing to tell but that it was."""
    if flow.protocol in ("nrpc", "vp") or not flow.established or flow.refused or flow.unreachable:
        return False
    if isinstance(flow.talk, Http) and (flow.talk.answers or flow.talk.cookies or flow.talk.tunnel):
        return False
    if isinstance(flow.talk, Ldap) and flow.talk.refusals:
        return False
    return not (flow.tls and flow.tls.alerts) and not (flow.close and flow.close.reset)
