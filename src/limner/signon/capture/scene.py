"""What a judge of one conversation may ask of all the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from limner.signon.capture.flow import Flow
from limner.signon.capture.names import LookUp, Names
from limner.signon.names import common_name, same_host, same_server


class Scene:
    """All conversations and names of a capture; `wanted` are the names that the client is known to ask for."""

    def __init__(self, flows: Iterable[Flow], names: Names, wanted: Iterable[str] = ()) -> None:
        self.flows = list(flows)
        self.names = names
        self.wanted = tuple(wanted)
        self._by_server: dict[bytes, list[Flow]] = defaultdict(list)
        for flow in self.flows:
            self._by_server[flow.server.address].append(flow)

    def to(self, host: bytes) -> list[Flow]:
        """Give all conversations to a host."""
        return self._by_server.get(host, [])

    def alive(self, flow: Flow) -> Flow | None:
        """Give another conversation in which the same host took a connection, if there is one."""
        answered = (other for other in self.to(flow.server.address) if other.from_server.syn and other is not flow)
        return next(answered, None)

    def look_up(self, flow: Flow) -> LookUp | None:
        """Give the DNS answer that led the client to the server."""
        return self.names.of(flow.server.address, flow.client.address, flow.began)

    def asked_names(self, flow: Flow) -> tuple[str, ...]:
        """Give the names by which the client may have asked for the server, the most certain first."""
        found = list(self.wanted)
        if answer := self.look_up(flow):
            found += [answer.name, *answer.aliases]
        return tuple(dict.fromkeys(found))

    def next_try(self, flow: Flow, within: int) -> Flow | None:
        """Give the conversation that the same client began after this one, in the same protocol, soon (nanoseconds)."""
        end = flow.close.stamp.when if flow.close else flow.last.when
        later = (
            other
            for other in self.flows
            if other.client.address == flow.client.address
            and other.protocol == flow.protocol
            and other.began > flow.began
            and other.began.when - end < within
        )
        return min(later, key=lambda other: other.began, default=None)


def is_own_name(name: str, own: str) -> bool:
    """Whether a name is one that a server goes by for all that its hierarchical name tells."""
    return same_server(name, own) or same_host(name, common_name(own))
