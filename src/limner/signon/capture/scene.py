"""What a judge of one conversation may ask of all the others."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from limner.signon.capture.flow import Flow
from limner.signon.capture.names import LookUp, Names
from limner.signon.capture.tape import Stamp
from limner.signon.names import common_name, same_host, same_server


class Scene:
    """All conversations and names of a capture; `wanted` are the names that the client is known to ask for."""

    def __init__(self, flows: Iterable[Flow], names: Names, wanted: Iterable[str] = ()) -> None:
        self.flows = list(flows)
        self.names = names
        self.wanted = tuple(wanted)
        self._by_server: dict[bytes, list[Flow]] = defaultdict(list)
        self._by_client: dict[tuple[bytes, str], list[Flow]] = defaultdict(list)
        for flow in sorted(self.flows, key=_began):
            self._by_server[flow.server.address].append(flow)
            self._by_client[flow.client.address, flow.protocol].append(flow)

    def to(self, host: bytes) -> list[Flow]:
        """Give all conversations to a host."""
        return self._by_server.get(host, [])

    def asked_by(self, host: bytes, protocol: str) -> list[Flow]:
        """Give all conversations that a host asked for in a protocol, in the order in which they began."""
        return self._by_client.get((host, protocol), [])

    def alive(self, flow: Flow) -> Flow | None:
        """Give another conversation in which the same host took a connection, if there is one."""
        answered = (other for other in self.to(flow.server.address) if other.from_server.syn and other is not flow)
        return next(answered, None)

    def look_up(self, flow: Flow) -> LookUp | None:
        """Give the DNS answer that led the client to the server."""
        return self.names.of(flow.server.address, flow.client.address, flow.began)

    def next_try(self, flow: Flow, within: int) -> Flow | None:
        """Give the conversation that the same client began after this one, in the same protocol, soon (nanoseconds)."""
        end = flow.close.stamp.when if flow.close else flow.last.when
        own = self.asked_by(flow.client.address, flow.protocol)
        at = bisect_right(own, flow.began, key=_began)
        return own[at] if at < len(own) and own[at].began.when - end < within else None


def _began(flow: Flow) -> Stamp:
    return flow.began


def is_own_name(name: str, own: str) -> bool:
    """Whether a name is one that a server goes by for all that its hierarchical name tells."""
    return same_server(name, own) or same_host(name, common_name(own))
