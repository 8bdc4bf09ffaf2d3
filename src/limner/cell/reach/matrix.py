"""Who can talk with whom: each pair's handshake, by what both sides are configured to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import product

from limner.cell.model import Cell, Connection, Direction, Node
from limner.cell.reach.clients import Client, read_clients
from limner.cell.reach.pairs import Cast, Wanted, pairs
from limner.cell.reach.roles import COMMANDS, ENDPOINTS, OVERLAY, Roles
from limner.cell.reach.sides import Answers, End, Sides
from limner.cell.stores import Stores
from limner.cell.suites import Answer, Jdk, Outcome, Side, Version, handshake
from limner.cell.suites.jdk import LEVELS, of_websphere


@dataclass(frozen=True)
class Pair:
    """One pair and what comes of it.

    `caller` and `target` are names for people, `caller_role` and `target_role` what they are for. `caller_setting` and
    `target_setting` name what decided on each side. `needed` pairs must be able to talk, because of `why`.
    """

    caller: str
    caller_role: str
    target: str
    target_role: str
    endpoint: str
    via: str
    needed: bool
    why: str
    outcome: Outcome
    caller_setting: str
    target_setting: str

    @property
    def answer(self) -> Answer:
        """Whether they can talk."""
        return self.outcome.answer


@dataclass(frozen=True)
class Reach:
    """All pairs of a cell. `roles` are (process, role, whether somebody said so); `notes` are sentences."""

    cell: str
    at: datetime
    pairs: tuple[Pair, ...]
    roles: tuple[tuple[str, str, bool], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def needed(self, answer: Answer) -> list[Pair]:
        """Give the needed pairs of an answer."""
        return [pair for pair in self.pairs if pair.needed and pair.answer is answer]

    @property
    def sound(self) -> bool:
        """Whether no needed pair is known to be unable to talk."""
        return not self.needed(Answer.NO)


def reach(
    cell: Cell,
    clients: tuple[Client, ...] | None = None,
    roles: Roles | None = None,
    jdk: Jdk | None = None,
    at: datetime | None = None,
) -> Reach:
    """Work out who can talk with whom.

    `jdk` is the level of IBM's SDK; without it the version of WebSphere may tell. `at` is the moment at which
    certificates are judged, now if it is left out. Raises CellError.
    """
    cast = Cast(cell, roles or Roles())
    answers, stores = Answers(cell), Stores(cell)
    when, levels = at or datetime.now(UTC), _levels(cell, jdk)
    tables = [_Table(cast, Sides(cell, answers, stores, level), when) for level in levels]
    found = []
    joined: dict[tuple[int, ...], Outcome] = {}
    for wanted in pairs(cast, read_clients() if clients is None else clients):
        known = [each for table in tables if (each := table.outcome(wanted))]
        if not known:
            continue
        key = tuple(id(outcome) for _, _, outcome in known)  # the tables keep them
        if key not in joined:
            joined[key] = over_levels(list(zip(levels, (outcome for _, _, outcome in known), strict=True)))
        found.append(_pair(cast, wanted, known[0][0], known[0][1], joined[key]))
    told = tuple((process.label, cast.role_of[process.key], cast.roles.is_given(process)) for process in cell.processes)
    return Reach(cell.name, when, tuple(found), told, tuple(_notes(levels, tables[0])))


def _pair(cast: Cast, wanted: Wanted, client: End, server: End, outcome: Outcome) -> Pair:
    caller = wanted.caller
    if isinstance(caller, Client):
        name, role = caller.name, "outside"
    elif isinstance(caller, Node):
        name, role = f"commands on {caller.name}", COMMANDS
    else:
        name, role = caller.label, cast.role_of[caller.key]
    return Pair(
        caller=name,
        caller_role=role,
        target=wanted.target.label,
        target_role=cast.role_of[wanted.target.key],
        endpoint=wanted.endpoint,
        via=wanted.via,
        needed=wanted.needed,
        why=wanted.why,
        outcome=outcome,
        caller_setting=client.decided,
        target_setting=server.decided,
    )


class _Table:
    """What comes of pairs at one level of the SDK."""

    def __init__(self, cast: Cast, sides: Sides, at: datetime) -> None:
        self.cast = cast
        self.sides = sides
        self.at = at
        self._outcomes: dict[object, Outcome] = {}
        self._kept: list[End] = []  # outcomes are known by the identities of sides, so these must live
        self.without_commands: set[str] = set()
        self._clients: dict[str, End] = {}

    def outcome(self, wanted: Wanted) -> tuple[End, End, Outcome] | None:
        """Give both ends and what comes of them; None for a pair of which nothing can be said."""
        ends = self._ends(wanted)
        if ends is None:
            return None
        client, server = ends
        outside = isinstance(wanted.caller, Client)
        key = (*map(id, client.sides), outside, *map(id, server.sides), client.doubts, server.doubts)
        if key not in self._outcomes:
            self._kept += [client, server]
            self._outcomes[key] = _outcome(client, server, self.at, outside=outside)
        return client, server, self._outcomes[key]

    def _ends(self, wanted: Wanted) -> tuple[End, End] | None:
        caller, target = wanted.caller, wanted.target
        server = self.sides.inbound(target, wanted.endpoint)
        if isinstance(caller, Client):
            if caller.name not in self._clients:
                side = caller.side
                self._clients[caller.name] = End((side,), f"speaks {side.versions.words}, which is {caller.strength}")
            return self._clients[caller.name], server
        if isinstance(caller, Node):
            commands = self.sides.commands(caller)
            if commands is None:
                self.without_commands.add(caller.name)
                return None
            return commands, server
        if wanted.via in OVERLAY:
            mine = self.sides.overlay(caller, Direction.OUTBOUND)
            theirs = self.sides.overlay(target, Direction.INBOUND) if wanted.via == "overlay" else server
            return (mine, theirs) if mine and theirs else None
        point = target.endpoint(wanted.endpoint)
        if point is None:
            return None
        connection = Connection(protocol=ENDPOINTS[wanted.via][0], host=point.host, port=point.port)
        return self.sides.outbound(caller, connection), server


def _levels(cell: Cell, jdk: Jdk | None) -> tuple[Jdk, ...]:
    """Give the levels of the SDK that are tried: the one that was said, else all that the cell may run by."""
    if jdk is None:
        known = {of_websphere(node.version) for node in cell.nodes}
        jdk = known.pop() if len(known) == 1 else None
    if jdk is not None and jdk.service is not None:
        return (jdk,)
    return tuple(level for level in LEVELS if jdk is None or (level.major, level.minor) == (jdk.major, jdk.minor))


def over_levels(tried: list[tuple[Jdk, Outcome]]) -> Outcome:
    """Put together what comes of a pair at several levels of the SDK, of which both sides have the same."""
    outcomes = list(dict.fromkeys(outcome for _, outcome in tried))
    if len(outcomes) == 1:
        return outcomes[0]
    answers = {outcome.answer for outcome in outcomes}
    answer = answers.pop() if len(answers) == 1 else Answer.OPEN
    least = min(outcomes, key=lambda outcome: (outcome.answer is Answer.NO, outcome.protocol or Version.SSL3))
    refusals = {each.reason: each for outcome in outcomes[::-1] for each in outcome.refusals}
    by_words: dict[str, list[str]] = {}
    for level, outcome in tried:
        service = f" SR{level.service[0]} FP{level.service[1]}" if level.service else ""
        by_words.setdefault(_brief(outcome), []).append(f"{level.major}.{level.minor}{service}")
    depends = "; ".join(f"{words} with {', '.join(levels)}" for words, levels in by_words.items())
    return Outcome(
        answer,
        least.protocol,
        least.suite,
        () if answer is Answer.YES else tuple(refusals.values()),
        (f"depends on the SDK: {depends}",) if len(by_words) > 1 else (),
    )


def _brief(outcome: Outcome) -> str:
    words = {Answer.YES: "yes", Answer.NO: "no", Answer.OPEN: "perhaps"}[outcome.answer]
    return f"{words}, {outcome.protocol.value}" if outcome.protocol else words


def _notes(levels: tuple[Jdk, ...], table: _Table) -> Iterator[str]:
    if len(levels) > 1:
        yield "the level of the SDK is not known, so all that there may be are tried: say it with --jdk"
    if nodes := sorted(table.without_commands):
        told = "their ssl.client.props was not given (--node)"
        yield f"commands on {', '.join(nodes)} are not looked at: {told}"
    yield from (f"a store is not looked into: {why}" for why in sorted(table.sides.problems))


def _outcome(client: End, server: End, at: datetime, *, outside: bool) -> Outcome:
    """Put together what comes of all that two ends may be.

    They can talk if all of it can, they cannot if none of it can; else it is open.
    """
    tried = [
        handshake(_believing(mine, theirs) if outside else mine, theirs, at)
        for mine, theirs in product(client.sides, server.sides)
    ]
    if len(tried) == 1 and not client.doubts and not server.doubts:
        return tried[0]
    answers = {each.answer for each in tried}
    answer = answers.pop() if len(answers) == 1 else Answer.OPEN
    best = next((each for each in tried if each.answer is answer), tried[0])
    doubts = [*(f"client: {each}" for each in client.doubts), *(f"server: {each}" for each in server.doubts)]
    doubts += [] if doubts else ["no alias is set, so that one of several certificates is shown, and it is open which"]
    return replace(
        best,
        answer=answer,
        protocol=best.protocol if answer is not Answer.NO else None,
        suite=best.suite if answer is not Answer.NO else None,
        refusals=() if answer is Answer.YES else tuple(dict.fromkeys(each for one in tried for each in one.refusals)),
        uncertain=tuple(dict.fromkeys([*doubts, *(each for one in tried for each in one.uncertain)])),
    )


def _believing(client: Side, server: Side) -> Side:
    """Let an outside client believe the end of the server's chain: which authorities it knows, nobody here can tell."""
    return replace(client, signers=frozenset((server.chain or ())[-1:]))
