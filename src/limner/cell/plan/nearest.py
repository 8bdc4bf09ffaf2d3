"""The nearest change that works, for one that is refused: tried, not only thought of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from limner.cell.errors import CellError
from limner.cell.model import Cell, Node, Process
from limner.cell.plan.change import Change, Protocol
from limner.cell.plan.making import Made, Refused
from limner.cell.plan.wide import WIDEST
from limner.cell.reach import Client
from limner.cell.reach.pairs import Wanted
from limner.cell.reach.roles import OVERLAY
from limner.cell.reach.sides import XDA


def nearest(
    change: Change, refused: Refused, cell: Cell, wanted: tuple[Wanted, ...], make: Callable[[Change], Made | Refused]
) -> Change | None:
    """Give a change like the refused one that `make` makes a plan of; None if none of those tried is such."""
    for each in _candidates(change, refused, cell, wanted):
        made = _tried(make, each)
        if made is None:
            continue
        if not any(table.that_can for table in each.protocol):
            return each
        if (named := _named(each, cell, made.left_out)) and _tried(make, named):
            return named
    return None


def _tried(make: Callable[[Change], Made | Refused], change: Change) -> Made | None:
    """Give what is made of a change; None if it is refused, or cannot be had at all."""
    try:
        made = make(change)
    except CellError:
        return None
    return made if isinstance(made, Made) else None


def _candidates(change: Change, refused: Refused, cell: Cell, wanted: tuple[Wanted, ...]) -> Iterator[Change]:
    """Yield changes, the nearest first: something that was forgotten, then what asks less."""
    broken = [each.wanted for each in refused.broken]
    forgotten = list(_forgotten(change, broken, cell))
    for more in forgotten:
        yield _with(change, *more)
    tables = [each.model_copy(update={"that_can": bool(each.processes)}) for each in change.protocol]
    for more in ([], *forgotten):
        yield change.model_copy(update={"protocol": (*more, *tables)})
    yield from _in_front(change, cell, wanted)


def _forgotten(change: Change, broken: list[Wanted], cell: Cell) -> Iterator[list[Protocol]]:
    """Yield what may have been forgotten: XDADefaultSSLSettings, and the nodes' commands."""
    has_xda = any(each.alias == XDA for each in cell.security.configs)
    overlay = has_xda and any(each.via in OVERLAY for each in broken)
    commands = tuple(dict.fromkeys(each.caller.name for each in broken if isinstance(each.caller, Node)))
    values = dict.fromkeys([*(each.protocol for each in change.protocol if each.configurations), WIDEST])
    for value in values if overlay else (WIDEST,):
        more = [Protocol(protocol=value, configurations=(XDA,))] if overlay else []
        if more:
            yield more
        if commands:
            yield [*more, Protocol(protocol=WIDEST, commands=commands)]


def _in_front(change: Change, cell: Cell, wanted: tuple[Wanted, ...]) -> Iterator[Change]:
    """Yield the way out for a protocol that is too narrow for all: the widest for all, and it for those in front.

    In front are the processes that outside clients call.
    """
    front = tuple(dict.fromkeys(each.target.label for each in wanted if isinstance(each.caller, Client)))
    narrow = [each for each in change.protocol if each.configurations and each.protocol != WIDEST]
    if not narrow or not front:
        return
    rest = [each for each in change.protocol if each not in narrow]
    configs = dict.fromkeys(name for each in narrow for name in each.configurations)
    if any(each.alias == XDA for each in cell.security.configs):
        configs[XDA] = None
    for commands in ((), tuple(each.name for each in cell.nodes if each.client)):
        widest = Protocol(protocol=WIDEST, configurations=tuple(configs), commands=commands)
        fronts = [Protocol(protocol=each.protocol, processes=front, that_can=True) for each in narrow[-1:]]
        yield change.model_copy(update={"protocol": (widest, *rest, *fronts)})


def _named(change: Change, cell: Cell, left_out: tuple[str, ...]) -> Change | None:
    """Name the processes that can, instead of leaving that to be found out."""
    tables = []
    for each in change.protocol:
        if not each.that_can:
            tables.append(each)
            continue
        found: list[Process] = [process for process in cell.processes if each.wants(process)]
        can = tuple(process.label for process in found if process.label not in left_out)
        if can or each.configurations or each.commands:
            tables.append(each.model_copy(update={"processes": can, "that_can": False}))
    kept = change.model_copy(update={"protocol": tuple(tables)})
    return kept if any(each.processes for each in tables) or kept.certificate or kept.ciphers else None


def _with(change: Change, *more: Protocol) -> Change:
    return change.model_copy(update={"protocol": (*change.protocol, *more)})
