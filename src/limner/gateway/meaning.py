"""What a policy means, whatever it is written in: for each address, what a visitor has to bring to be let in.

Policies only ever allow, so more credentials never close a door. The meaning of a policy is therefore, for each piece
of the address space, the smallest sets of *needs* that open it; and two policies decide alike exactly when these are
the same everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from limner import settings
from limner.gateway.cookie_text import KIND, CookieText
from limner.policy.networks import EVERYWHERE, Networks
from limner.settings.policy import NO_CONDITIONS


class Atom(NamedTuple):
    """One thing that a visitor brings or not: the kind of a condition, and which one it is.

    Cookies are `("cookie", "name")` and `("cookie", "name=value")`; the second implies the first. Other servers' tests
    of cookies are of the kind "cookie text". Of all other kinds `what` is a digest of the settings: what is not set
    alike is not known to be alike.
    """

    kind: str
    what: str


Need = frozenset[Atom]
"""What has to be brought together; nothing at all opens to everybody."""

Needs = frozenset[Need]
"""Any of these will do; none of them: nobody is let in. No need in it implies another one in it."""

ALWAYS: Needs = frozenset((frozenset(),))
NEVER: Needs = frozenset()
NOBODY = Networks()
COOKIES = ("cookie", KIND)


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: from these addresses (None: from anywhere, also if the address is not known), with any of `needs`."""

    networks: Networks | None
    needs: Needs


@dataclass(frozen=True, slots=True)
class Meaning:
    """`pieces`: what is needed where; they cover every address once.

    `unknown`: what is needed from an address that is not known; None for another server, which knows every address.

    `proxies`: the addresses whose X-Forwarded-For is believed.
    """

    pieces: dict[Needs, Networks]
    unknown: Needs | None
    proxies: Networks


def meaning_of(policy: settings.Policy) -> Meaning:
    """Give the meaning of a policy of limner's."""
    proxies = Networks(peer for peer in policy.trusted_proxies if peer != "unix")
    return meaning([way_of(rule) for rule in policy.allow], proxies)


def way_of(rule: settings.Rule) -> Way:
    """Give the way in that a rule is."""
    choices: list[list[Atom]] = []
    for kind in type(rule).model_fields:
        value = getattr(rule, kind)
        if value is None or kind in ("networks", *NO_CONDITIONS):
            continue
        choices.append([Atom("cookie", text) for text in value] if kind == "cookie" else [opaque(kind, value)])
    networks = None if rule.networks is None else Networks(rule.networks)
    return Way(networks, smallest(frozenset(atoms) for atoms in product(*choices)))


def opaque(kind: str, value: object) -> Atom:
    """Give the atom of a condition that no other server can judge: two are alike if their settings are."""
    plain = value.model_dump(mode="json") if isinstance(value, settings.Section) else value
    text = json.dumps(plain, sort_keys=True, default=str)
    return Atom(kind, hashlib.sha256(text.encode()).hexdigest()[:16])


def meaning(ways: Sequence[Way], proxies: Networks = NOBODY) -> Meaning:
    """Give the meaning of some ways in."""
    anywhere = smallest(need for way in ways if way.networks is None for need in way.needs)
    grouped = _united(way for way in ways if way.networks is not None)
    pieces = _overlaid(list(grouped.items()), anywhere)
    return Meaning({needs: networks for needs, networks in pieces.items() if networks}, anywhere, proxies)


def _united(ways: Iterable[Way]) -> dict[Needs, Networks]:
    """Put the networks of ways with the same needs together."""
    spans: dict[Needs, list[tuple[int, int]]] = defaultdict(list)
    for way in ways:
        spans[way.needs] += way.networks.intervals() if way.networks is not None else ()
    return {needs: Networks.of_intervals(found) for needs, found in spans.items()}


def _overlaid(groups: list[tuple[Needs, Networks]], anywhere: Needs) -> dict[Needs, Networks]:
    """Lay sets over one another: walk the line from edge to edge, and note which of them one is in."""
    turns: dict[int, list[int]] = defaultdict(list)
    for at, (_, networks) in enumerate(groups):
        for start, end in networks.intervals():
            turns[start].append(at)
            turns[end].append(at)
    found: dict[Needs, list[tuple[int, int]]] = defaultdict(list)
    known: dict[frozenset[int], Needs] = {}
    inside: frozenset[int] = frozenset()
    before = 0
    for edge in [*sorted(turns), 1 << 128]:
        if edge > before:
            if inside not in known:
                needs = (need for at in inside for need in groups[at][0])
                known[inside] = smallest([*anywhere, *needs])
            found[known[inside]].append((before, edge))
        inside ^= frozenset(turns.get(edge, ()))
        before = edge
    return {needs: Networks.of_intervals(spans) for needs, spans in found.items()}


def smallest(needs: Iterable[Need]) -> Needs:
    """Leave out every need that another one makes superfluous."""
    distinct = sorted(set(needs), key=len)
    kept: list[Need] = []
    for at, need in enumerate(distinct):
        later = (other for other in distinct[at + 1 :] if not entails(other, need))
        if not any(entails(need, other) for other in (*kept, *later)):
            kept.append(need)
    return frozenset(kept)


def entails(need: Need, other: Need) -> bool:
    """Whether who brings the first has the second too: who sends `name=value` sends `name`."""
    return other <= need or all(any(_atom_entails(mine, theirs) for mine in need) for theirs in other)


def _atom_entails(mine: Atom, theirs: Atom) -> bool:
    return mine == theirs or (
        mine.kind in COOKIES and theirs.kind in COOKIES and CookieText.of(*mine).implies(CookieText.of(*theirs))
    )


def implies(one: Needs, other: Needs) -> Need | None:
    """Give the least need of the first with which the second does not open; None: whom one lets in, the other does."""
    found = (need for need in one if not any(entails(need, theirs) for theirs in other))
    return min(found, key=lambda need: (len(need), sorted(need)), default=None)


def everywhere(needs: Needs) -> Meaning:
    """Give the meaning of a policy that is the same for every address."""
    return Meaning({needs: EVERYWHERE}, needs, Networks())
