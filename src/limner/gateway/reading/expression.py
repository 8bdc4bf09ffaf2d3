"""When a configuration lets a visitor in: an expression over the visitor's address and cookies.

Expressions are made by `either`, `both` and `no` only, which put networks together at once and push every "not" down to
the leaves. So ten thousand `Allow from` are one leaf, and what a leaf that is not understood can do is plain to see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from limner.errors import LimnerError
from limner.gateway.meaning import NOBODY, Atom, Meaning, Need, Needs, entails, smallest
from limner.policy.networks import EVERYWHERE, Networks

MOST_ATOMS = 10
MOST_NESTED = 100


class NotReadError(LimnerError):
    """Something in a configuration that is not understood, or that no policy of limner's can say."""


@dataclass(frozen=True, slots=True)
class From:
    """The address is one of these; `From(EVERYWHERE)` always holds, `From(Networks())` never."""

    networks: Networks


@dataclass(frozen=True, slots=True)
class Brings:
    """The visitor brings this; or does not."""

    atom: Atom
    yes: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """A condition that is not understood: whether it holds is not known. `what` says where and what it is."""

    what: str
    yes: bool = True


@dataclass(frozen=True, slots=True)
class Both:
    """All of these hold."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these holds."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = From | Brings | Unknown | Both | Either

TRUE: Expression = From(EVERYWHERE)
FALSE: Expression = From(Networks())


def either(*parts: Expression) -> Expression:
    """Give "one of these holds"."""
    spans: list[tuple[int, int]] = []
    rest: dict[Expression, None] = {}
    for part in _flat(parts, Either):
        if isinstance(part, From):
            spans += part.networks.intervals()
        else:
            rest[part] = None
    networks = Networks.of_intervals(spans)
    if networks == EVERYWHERE or not rest:
        return From(networks)
    return _whole(Either, [*([From(networks)] if networks else []), *rest])


def both(*parts: Expression) -> Expression:
    """Give "all of these hold"."""
    networks = EVERYWHERE
    rest: dict[Expression, None] = {}
    for part in _flat(parts, Both):
        if isinstance(part, From):
            networks = networks & part.networks if networks != EVERYWHERE else part.networks
        else:
            rest[part] = None
    if not networks or not rest:
        return From(networks)
    return _whole(Both, [*([From(networks)] if networks != EVERYWHERE else []), *rest])


def no(part: Expression) -> Expression:
    """Give "this does not hold"."""
    match part:
        case From(networks):
            return From(~networks)
        case Brings(atom, yes):
            return Brings(atom, not yes)
        case Unknown(what, yes):
            return Unknown(what, not yes)
        case Both(parts):
            return either(*map(no, parts))
        case Either(parts):
            return both(*map(no, parts))


def _flat(parts: Iterable[Expression], kind: type[Both | Either]) -> Iterator[Expression]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _whole(kind: type[Both | Either], parts: list[Expression]) -> Expression:
    if len(parts) == 1:
        return parts[0]
    made = kind(tuple(parts))
    if depth(made) > MOST_NESTED:
        raise NotReadError("the conditions are nested too deeply")
    return made


def depth(part: Expression) -> int:
    """Give how deeply an expression is nested."""
    levels, deep = [part], 0
    while levels and deep <= MOST_NESTED:
        levels = [inner for each in levels if isinstance(each, Both | Either) for inner in each.parts]
        deep += 1
    return deep


def leaves(part: Expression) -> Iterator[From | Brings | Unknown]:
    """Yield the leaves of an expression."""
    if isinstance(part, Both | Either):
        for inner in part.parts:
            yield from leaves(inner)
    else:
        yield part


def closed(part: Expression) -> Expression:
    """Give an expression in which nothing holds that is not understood: it lets in nobody whom the first does not."""
    match part:
        case Unknown():
            return FALSE
        case Both(parts):
            return both(*map(closed, parts))
        case Either(parts):
            return either(*map(closed, parts))
    return part


def meaning_of(part: Expression, proxies: Networks = NOBODY) -> Meaning:
    """Give an expression's meaning. Raises NotReadError where a part is not understood, or more cookies open less."""
    for leaf in leaves(part):
        if isinstance(leaf, Unknown):
            raise NotReadError(f"{leaf.what} is not understood")
    found: dict[Needs, list[tuple[int, int]]] = defaultdict(list)
    known: dict[Expression, Needs] = {}
    for start, end, here in _pieces(part):
        if here not in known:
            known[here] = _needs(here)
        found[known[here]].append((start, end))
    return Meaning({needs: Networks.of_intervals(spans) for needs, spans in found.items()}, None, proxies)


def _pieces(part: Expression) -> Iterator[tuple[int, int, Expression]]:
    """Cut the line of addresses where it matters, and yield what is asked of cookies in each piece."""
    sets = list(dict.fromkeys(leaf.networks for leaf in leaves(part) if isinstance(leaf, From)))
    turns: dict[int, list[int]] = defaultdict(list)
    for at, networks in enumerate(sets):
        for start, end in networks.intervals():
            turns[start].append(at)
            turns[end].append(at)
    known: dict[frozenset[int], Expression] = {}
    inside: frozenset[int] = frozenset()
    before = 0
    for edge in [*sorted(turns), 1 << 128]:
        if edge > before:
            if inside not in known:
                known[inside] = _there(part, {networks: at in inside for at, networks in enumerate(sets)})
            yield before, edge, known[inside]
        inside ^= frozenset(turns.get(edge, ()))
        before = edge


def _there(part: Expression, within: dict[Networks, bool]) -> Expression:
    """Give what is left of an expression at an address of which one knows which networks it is in."""
    match part:
        case From(networks):
            return TRUE if within[networks] else FALSE
        case Both(parts):
            return both(*(_there(inner, within) for inner in parts))
        case Either(parts):
            return either(*(_there(inner, within) for inner in parts))
    return part


def _needs(part: Expression) -> Needs:
    """Give the smallest sets of what has to be brought. Raises NotReadError where more opens less."""
    if isinstance(part, From):
        return smallest([frozenset()] if part.networks else [])
    atoms = sorted({leaf.atom for leaf in leaves(part) if isinstance(leaf, Brings)})
    if len(atoms) > MOST_ATOMS:
        raise NotReadError(f"there are {len(atoms)} different tests of cookies; up to {MOST_ATOMS} are read")
    opening: list[Need] = []
    for count in range(len(atoms) + 1):
        for brought in map(frozenset, combinations(atoms, count)):
            if any(atom not in brought and entails(brought, frozenset((atom,))) for atom in atoms):
                continue  # nobody can bring these without that
            opens = _holds(part, brought)
            if opens:
                opening.append(brought)
            elif (less := next((need for need in opening if need <= brought), None)) is not None:
                more = " and ".join(f"{atom.what!r}" for atom in sorted(brought - less))
                raise NotReadError(
                    f"who also sends the cookie {more} is kept out",
                    hint="a policy of limner's has no rule by which more cookies open less",
                )
    return smallest(opening)


def _holds(part: Expression, brought: Need) -> bool:
    match part:
        case From(networks):
            return bool(networks)
        case Brings(atom, yes):
            return (atom in brought) == yes
        case Both(parts):
            return all(_holds(inner, brought) for inner in parts)
        case Either(parts):
            return any(_holds(inner, brought) for inner in parts)
    raise AssertionError(part)  # what is not understood was looked for before
