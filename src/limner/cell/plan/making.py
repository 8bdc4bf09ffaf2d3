"""Makes a plan of a change: its phases in an order in which no pair breaks that must talk; or says which would."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from limner.cell.errors import CellError
from limner.cell.model import Cell, Kind, Node, Process, SSLConfig, Transport
from limner.cell.plan.change import Certificate, Change
from limner.cell.plan.design import Design, design
from limner.cell.plan.differences import edits_between, expected
from limner.cell.plan.document import Phase, Plan, Server, Stage
from limner.cell.plan.edits import Edit, SetClient
from limner.cell.plan.judge import Broken, Judge, caller_of
from limner.cell.plan.packs import Pack
from limner.cell.plan.wide import wide, wide_protocol
from limner.cell.plan.world import World, with_config
from limner.cell.reach.pairs import Wanted
from limner.cell.reach.sides import XDA, block_of
from limner.cell.suites import Answer, Jdk

RESTARTED: Final = (Kind.DMGR, Kind.NODE_AGENT, Kind.APPLICATION_SERVER, Kind.PROXY, Kind.ON_DEMAND_ROUTER)


@dataclass(frozen=True)
class Refused:
    """Why a change is not made: pairs that would break, and processes that were left out in vain."""

    broken: tuple[Broken, ...]
    end: bool  # the end itself breaks them, not the way to it


@dataclass(frozen=True)
class Made:
    """The phases of a change, with the worlds that they lead from and to, and what should be known.

    `left_out` are processes that `that_can` left as they are.
    """

    phases: tuple[Phase, ...]
    worlds: tuple[World, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]


def make(
    cell: Cell, change: Change, packs: Mapping[Certificate, Pack], judge: Judge, jdk: Jdk | None
) -> Made | Refused:
    """Work out a plan. Raises CellError for a change that cannot be had at all."""
    first = World(cell)
    quiet = cell.security
    if quiet.dynamic_update is not False:
        quiet = replace(quiet, dynamic_update=False)
    calm = first.after(quiet)
    drawn, left_out = _drawn(first, calm, change, packs, judge, jdk)
    if isinstance(drawn, Refused):
        return drawn
    prepared, switched = _worlds(calm, drawn, judge)
    nothing = not list(edits_between(quiet, drawn.security)) and not _clients(calm, switched) and not drawn.adding.edits
    if nothing:
        return Made((), (first,), drawn.notes, left_out)
    closed = switched.after(replace(drawn.security, dynamic_update=cell.security.dynamic_update is not False))
    worlds, phases = [first], []
    steps = [("calm", calm), ("prepare", prepared), ("switch", switched), ("close", closed)]
    if drawn.adding.signers_only and _mixed(judge, first, calm, prepared):
        steps.insert(1, ("signers", calm.after(calm.security, None, drawn.adding.signers_only)))
    for name, world in steps:
        old = worlds[-1]
        edits = (
            *drawn.adding.between(old.added, world.added),
            *edits_between(old.security, world.security),
            *_clients(old, world),
        )
        if not edits and not (name == "calm" and _stale(first.cell)):
            continue
        found = _phase(judge, first, old, world, name, edits)
        if isinstance(found, Refused):
            return found
        phases.append(found)
        worlds.append(world)
    notes = (*drawn.notes, *drawn.adding.notes, *_notes(cell, judge, first, switched))
    return Made(tuple(phases), tuple(worlds), tuple(dict.fromkeys(notes)), left_out)


def document(cell: Cell, made: Made, jdk: Jdk | None, at: datetime, places: Mapping[str, str], security: bytes) -> Plan:
    """Give a plan as the file has it; `security` is security.xml as it was read. Raises CellError."""
    manager = next((each for each in cell.processes if each.kind is Kind.DMGR), None)
    point = manager.endpoint("SOAP_CONNECTOR_ADDRESS") if manager else None
    if manager is None or point is None:
        raise CellError(
            "the cell has no deployment manager with a SOAP port", hint="give the deployment manager's profile"
        )
    return Plan(
        cell=cell.name,
        made=at.isoformat(timespec="seconds"),
        jdk=jdk.words if jdk else None,
        host=point.host,
        port=point.port,
        manager=manager.label,
        places=dict(places),
        security_sha256=hashlib.sha256(security).hexdigest(),
        servers=tuple(
            Server(label=each.label, kind=each.kind.value, node=each.node, name=each.name)
            for each in cell.processes
            if each.kind in RESTARTED
        ),
        before=expected(cell),
        phases=made.phases,
        notes=made.notes,
    )


def _drawn(
    first: World,
    calm: World,
    change: Change,
    packs: Mapping[Certificate, Pack],
    judge: Judge,
    jdk: Jdk | None,
) -> tuple[Design | Refused, tuple[str, ...]]:
    """Draw the end, without the processes of `that_can` tables that cannot."""
    tables = [each for each in (*change.protocol, *change.ciphers) if each.that_can]
    ready = {process.label for process in calm.cell.processes if any(each.wants(process) for each in tables)}
    without: frozenset[str] = frozenset()
    while True:
        drawn = design(calm.cell, change, packs, jdk, without, judge.stores)
        end = calm.after(drawn.security, _all_clients(calm, drawn), drawn.adding.entries)
        broken = judge.broken(first, end, end, "in the end")
        if not broken:
            return drawn, tuple(sorted(without))
        guilty = {label for each in broken for label in _labels(each.wanted)} & ready - without
        if not guilty:
            return Refused(tuple(broken), end=True), tuple(sorted(without))
        without |= guilty


def _labels(wanted: Wanted) -> set[str]:
    return {each.label for each in (wanted.caller, wanted.target) if isinstance(each, Process)}


def _worlds(calm: World, drawn: Design, judge: Judge) -> tuple[World, World]:
    """Give what is in between, where all that is old and all that is new is allowed, and the end."""
    between = calm.security
    there = {each.key: each for each in between.configs}
    for config in drawn.security.configs:
        old = there.get(config.key)
        if old != config:
            free = old is None or not _used(calm.cell, old)
            between = with_config(between, config if free or old is None else wide(old, config, judge.levels))
    clients = _all_clients(calm, drawn)
    soft = {
        node.name: wide_protocol(block.protocol, clients[node.name], judge.levels)
        for node in calm.cell.nodes
        if node.name in clients and node.client and (block := block_of(node.client))
    }
    prepared = calm.after(between, soft, drawn.adding.entries)
    return prepared, prepared.after(drawn.security, clients)


def _all_clients(calm: World, drawn: Design) -> dict[str, str]:
    return {node.name: drawn.clients[node.name] for node in calm.cell.nodes if node.name in drawn.clients}


def _used(cell: Cell, config: SSLConfig) -> bool:
    """Whether anything may go by an SSL configuration."""
    security = cell.security
    named = [*(each.config for each in security.groups), *(each.config for each in security.dynamic)]
    direct = {chain.alias.rpartition("/")[2] for process in cell.processes for chain in process.chains}
    keys = {each.key for each in (*named, security.default_config) if each}
    return config.key in keys or config.alias in direct or config.alias == XDA


def _clients(old: World, new: World) -> list[Edit]:
    found: list[Edit] = []
    for before, after in zip(old.cell.nodes, new.cell.nodes, strict=True):
        was, now = (block_of(each.client) if each.client else None for each in (before, after))
        if was and now and was.protocol != now.protocol:
            found.append(SetClient(node=before.name, alias=was.alias, protocol=now.protocol, was=was.protocol))
    return found


def _stale(cell: Cell) -> list[Node]:
    return [node for node in cell.nodes if node.security is not None and node.security != cell.security]


def _phase(judge: Judge, first: World, old: World, new: World, name: str, edits: tuple[Edit, ...]) -> Phase | Refused:
    """Judge the way from one world to the next: with everything running, else with the nodes stopped."""
    end = judge.broken(first, new, new, f"after {name}")
    if end:
        return Refused(tuple(end), end=False)
    mixed = _mixed(judge, first, old, new)
    changed = judge.changed(old, new)
    dynamic = old.security.dynamic_update is not False
    stages = _stages(judge, old, new, dynamic=dynamic, stopped=mixed)
    restart = judge.cast.cell.processes if mixed else changed
    return Phase.model_validate(
        {
            "name": name,
            "mode": "stopped" if mixed else "rolling",
            "edits": edits,
            "restart": tuple(each.label for each in restart if each.kind in RESTARTED),
            "stages": stages,
            "expected": expected(new.cell),
        }
    )


def _mixed(judge: Judge, first: World, old: World, new: World) -> bool:
    """Whether a pair would break of which one end has the old settings, and one the new."""
    return bool(judge.broken(first, old, new, "on the way") or judge.broken(first, new, old, "on the way"))


def _stages(judge: Judge, old: World, new: World, *, dynamic: bool, stopped: bool) -> tuple[Stage, ...]:
    """Count who can talk before, saved, with stale nodes, synchronised and restarted."""
    four = {(a, b): judge.answers((old, new)[a], (old, new)[b]) for a in (False, True) for b in (False, True)}

    def count(name: str, is_new: Callable[[Wanted, bool], bool], *, alone: bool = False) -> Stage:
        counts = dict.fromkeys((each.value for each in Answer), 0)
        for at, wanted in enumerate(judge.wanted):
            answer = four[is_new(wanted, True), is_new(wanted, False)][at]
            down = alone and any(kind is not Kind.DMGR for kind in _kinds(wanted))
            if answer is not None and not down:
                counts[answer.value] += 1
        return Stage(name=name, **counts)

    def saved(wanted: Wanted, calling: bool) -> bool:
        return _is_manager(wanted, calling) and dynamic and _heeds(wanted, calling)

    def stale(wanted: Wanted, calling: bool) -> bool:
        return _is_manager(wanted, calling) or (calling and isinstance(wanted.caller, Node))

    def synced(wanted: Wanted, calling: bool) -> bool:
        return stale(wanted, calling) or (dynamic and _heeds(wanted, calling))

    return (
        count("before", lambda wanted, calling: False),
        count("saved", saved, alone=stopped),
        count("deployment manager restarted, nodes stale", stale, alone=stopped),
        count("synchronised", synced, alone=stopped),
        count("restarted", lambda wanted, calling: True),
    )


def _kinds(wanted: Wanted) -> list[Kind]:
    return [each.kind for each in (wanted.caller, wanted.target) if isinstance(each, Process)]


def _is_manager(wanted: Wanted, calling: bool) -> bool:
    end = wanted.caller if calling else wanted.target
    return isinstance(end, Process) and end.kind is Kind.DMGR


def _heeds(wanted: Wanted, calling: bool) -> bool:
    """Whether an end of a pair heeds dynamic updates: all that calls, and channels; SOAP and ORB do not."""
    if calling:
        return isinstance(wanted.caller, Process)
    point = wanted.target.endpoint(wanted.endpoint)
    return point is not None and point.transport is not Transport.DIRECT


def _notes(cell: Cell, judge: Judge, first: World, last: World) -> list[str]:
    notes = []
    if len(judge.levels) > 1:
        notes.append("the level of the SDK is not known, so all that there may be are tried: say it with --jdk")
    unknown = [node.name for node in cell.nodes if node.client is None]
    if unknown:
        told = "it is taken that they have synchronised, and their commands are not looked at"
        notes.append(f"the profiles of {', '.join(unknown)} were not given (--node): {told}")
    notes += [f"{node.name} has not synchronised: it gets what it lacks in the first phase" for node in _stale(cell)]
    before, after = judge.answers(first, first), judge.answers(last, last)
    for wanted, was, now in zip(judge.wanted, before, after, strict=True):
        if was is now is Answer.NO:
            pair = f"{caller_of(wanted)} -> {wanted.target.label}, {wanted.via}"
            notes.append(f"cannot talk now, and cannot afterwards: {pair}")
    return notes
