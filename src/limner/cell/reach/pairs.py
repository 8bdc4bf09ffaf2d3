"""Which pairs of a cell are looked at: those that must be able to talk, and the outside clients at every door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from limner.cell.model import Cell, Kind, Node, Process
from limner.cell.reach.clients import Client
from limner.cell.reach.roles import COMMANDS, ENDPOINTS, SERVER, Need, Roles, known_roles, needs

_UNDER_AGENT = (Kind.APPLICATION_SERVER, Kind.PROXY, Kind.ON_DEMAND_ROUTER)


@dataclass(frozen=True)
class Wanted:
    """A pair to look at. `caller` is a process, a node (for its command-line clients) or an outside client."""

    caller: Process | Node | Client
    target: Process
    endpoint: str
    via: str
    needed: bool
    why: str


class Cast:
    """The processes of a cell by their roles."""

    def __init__(self, cell: Cell, roles: Roles) -> None:
        self.cell = cell
        self.roles = roles
        self.role_of = {process.key: roles.of(process) for process in cell.processes}
        self._by_role: dict[str, list[Process]] = defaultdict(list)
        for process in cell.processes:
            self._by_role[self.role_of[process.key]].append(process)
            if process.kind in _UNDER_AGENT:
                self._by_role[SERVER] += [process] if self.role_of[process.key] != SERVER else []

    def played(self, role: str) -> list[Process]:
        """Give the processes of a role; of `server` all that a node agent has under it."""
        return self._by_role.get(role, [])


def pairs(cast: Cast, clients: tuple[Client, ...]) -> Iterator[Wanted]:
    """Yield all pairs that are looked at, each once."""
    for need in needs():
        yield from _of_need(cast, need)
    for client in clients:
        yield from _of_client(cast, client)


def _of_need(cast: Cast, need: Need) -> Iterator[Wanted]:
    callers: list[Process] | list[Node]
    callers = list(cast.cell.nodes) if need.caller == COMMANDS else cast.played(need.caller)
    near: dict[str, list[Process]] = defaultdict(list)
    for target in cast.played(need.target):
        near[target.node].append(target)
    for caller in callers:
        node = caller.name if isinstance(caller, Node) else caller.node
        for target in near[node] if need.near else cast.played(need.target):
            point = _endpoint(target, need.via)
            if point is not None and target is not caller:
                yield Wanted(caller, target, point, need.via, True, need.why)


def _of_client(cast: Cast, client: Client) -> Iterator[Wanted]:
    """Yield a client's pairs: it calls what stands in front, where something does, and by itself what it needs so."""
    fronted = {role.calls for role in known_roles() if role.front and cast.played(role.name)}
    for role in known_roles():
        by_call = role.calls in client.needs and (role.front or role.calls not in fronted)
        needed = by_call or role.name in client.needs
        if not needed and (not role.calls or (role.calls in fronted and not role.front)):
            continue
        for target in cast.played(role.name):
            for via in ("https", "sips"):
                point = _endpoint(target, via)
                # a conference manager has SIP beside HTTP; clients of a role call it by one of the two
                if point is not None and (via == "sips") == (role.calls == "sip"):
                    why = client.source if needed else ""
                    yield Wanted(client, target, point, via, needed, why)


def _endpoint(target: Process, via: str) -> str | None:
    """Give the endpoint at which a process speaks TLS of a kind; None if it has none."""
    for name in ENDPOINTS[via][1]:
        point = target.endpoint(name)
        if point is not None and point.tls:
            return name
    return None
