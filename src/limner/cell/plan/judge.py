"""Whether the pairs of a cell that must talk still can, at every moment of a change.

On its way every end of a pair, be it an endpoint, a process as it calls, or a node's commands, has either its old
settings or its new ones. So a change can be made with everything running, process by process in whatever order, if
each pair can talk in all four cases. That also covers settings that count at once in one place and after a restart in
another, and nodes that have not synchronised yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from limner.cell.model import Cell, Connection, Direction, Kind, Node, Process
from limner.cell.plan.world import Staged, World
from limner.cell.reach import Client, Roles
from limner.cell.reach.matrix import Table, levels_of, over_levels
from limner.cell.reach.pairs import Cast, Wanted, pairs
from limner.cell.reach.sides import Answers, End, Sides
from limner.cell.stores import Stores
from limner.cell.suites import Answer, Jdk, Outcome

_RANK = {Answer.NO: 0, Answer.OPEN: 1, Answer.YES: 2}
_CALLS = ("ADMIN_SOAP", "HTTP", "SIP", "IIOP")


@dataclass(frozen=True)
class Broken:
    """A pair that could talk, and could not any more, at a `moment`. `before` and `after` are what comes of it."""

    wanted: Wanted
    moment: str
    before: Outcome
    after: Outcome
    caller_setting: str
    target_setting: str

    @property
    def caller(self) -> str:
        """Who calls, for people."""
        return caller_of(self.wanted)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why they cannot talk then, a sentence each."""
        return tuple(each.text for each in self.after.refusals) or self.after.uncertain


class Judge:
    """Judges the worlds of one cell, each pair once: processes, endpoints and roles are the same in all of them."""

    def __init__(
        self,
        cell: Cell,
        clients: tuple[Client, ...],
        roles: Roles,
        jdk: Jdk | None = None,
        at: datetime | None = None,
    ) -> None:
        self.levels = levels_of(cell, jdk)
        self.cast = Cast(cell, roles)
        self.at = at or datetime.now(UTC)
        self.stores = Stores(cell)
        self.every = tuple(pairs(self.cast, clients))
        self.wanted = tuple(each for each in self.every if each.needed)
        self._tables: dict[int, tuple[Table, ...]] = {}
        self._kept: list[World] = []  # tables are known by their world's identity, so these must live
        self._answers: dict[tuple[int, int], tuple[tuple[Outcome, ...] | None, ...]] = {}

    def tables(self, world: World) -> tuple[Table, ...]:
        """Give a world's tables, one for each level of the SDK."""
        if id(world) not in self._tables:
            self._kept.append(world)
            answers, stores = Answers(world.cell), Staged(world, self.stores)
            self._tables[id(world)] = tuple(
                Table(self.cast, Sides(world.cell, answers, stores, level), self.at) for level in self.levels
            )
        return self._tables[id(world)]

    def outcomes(self, callers: World, targets: World) -> tuple[tuple[Outcome, ...] | None, ...]:
        """Give for each wanted pair what comes of it at each level, its ends being of two worlds; None if unknown."""
        theirs, whose = self.tables(callers), self.tables(targets)
        key = (id(callers), id(targets))
        if key not in self._answers:
            self._answers[key] = tuple(_outcomes(theirs, whose, wanted) for wanted in self.wanted)
        return self._answers[key]

    def broken(self, first: World, callers: World, targets: World, moment: str) -> list[Broken]:
        """Give the wanted pairs of which less comes than in the first world, at any level of the SDK."""
        found = []
        before, after = self.outcomes(first, first), self.outcomes(callers, targets)
        for wanted, was, now in zip(self.wanted, before, after, strict=True):
            if was is None or now is None:
                continue
            worse = any(_RANK[new.answer] < _RANK[old.answer] for old, new in zip(was, now, strict=True))
            if worse:
                caller, target = self.tables(callers)[0].caller(wanted), self.tables(targets)[0].target(wanted)
                found.append(
                    Broken(
                        wanted,
                        moment,
                        self._joined(was),
                        self._joined(now),
                        caller.decided if caller else "",
                        target.decided if target else "",
                    )
                )
        return found

    def answers(self, callers: World, targets: World) -> tuple[Answer | None, ...]:
        """Give for each wanted pair whether it can talk; None if nothing is known of it."""
        return tuple(self._joined(each).answer if each else None for each in self.outcomes(callers, targets))

    def changed(self, old: World, new: World) -> tuple[Process, ...]:
        """Give the processes whose settings differ, and which a restart is needed for."""
        before, after = self.tables(old)[0], self.tables(new)[0]
        return tuple(
            process
            for process in self.cast.cell.processes
            if process.kind is not Kind.WEB_SERVER and _ends(before.sides, process) != _ends(after.sides, process)
        )

    def _joined(self, outcomes: tuple[Outcome, ...]) -> Outcome:
        return over_levels(list(zip(self.levels, outcomes, strict=True)))


def caller_of(wanted: Wanted) -> str:
    """Give the name of who calls, for people."""
    caller = wanted.caller
    if isinstance(caller, Node):
        return f"commands on {caller.name}"
    return caller.label if isinstance(caller, Process) else caller.name


def _outcomes(callers: tuple[Table, ...], targets: tuple[Table, ...], wanted: Wanted) -> tuple[Outcome, ...] | None:
    found = []
    for theirs, whose in zip(callers, targets, strict=True):
        client, server = theirs.caller(wanted), whose.target(wanted)
        if client is None or server is None:
            return None
        found.append(theirs.outcome_of(client, server, outside=isinstance(wanted.caller, Client)))
    return tuple(found)


def _ends(sides: Sides, process: Process) -> list[End | None]:
    """Give all that others see of a process, and what it calls with."""
    points = [each for each in process.endpoints if each.tls]
    calls = [Connection(protocol=protocol, host="*", port=1) for protocol in _CALLS]
    return [
        *(sides.inbound(process, each.name) for each in points),
        *(sides.outbound(process, each) for each in calls),
        *(sides.overlay(process, direction) for direction in Direction),
    ]
