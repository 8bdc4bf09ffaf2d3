"""Do two policies decide alike? If not, a visit that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from limner.errors import LimnerError
from limner.gateway.cookie_text import CookieText
from limner.gateway.meaning import COOKIES, Atom, Meaning, Need, implies
from limner.gateway.reading.expression import Expression, NotReadError, closed, meaning_of, no
from limner.policy.networks import Networks


@dataclass(frozen=True, slots=True)
class Witness:
    """A visit that one policy lets in and the other does not.

    `address` is None for one that is not known; `cookies` are sent, as `name=value`; `verified` are the kinds of other
    credentials that the visitor brings, such as "ltpa".
    """

    address: str | None
    cookies: tuple[str, ...]
    verified: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the visit as JSON takes it."""
        return {"address": self.address, "cookies": list(self.cookies), "verified": list(self.verified)}

    def __str__(self) -> str:
        brings = [f"the cookie {text}" for text in self.cookies] + [f"a valid {kind}" for kind in self.verified]
        return f"{self.address or 'an address that is not known'}, with {' and '.join(brings) or 'no cookie'}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two policies, A and B, stand to each other.

    `only_a` is a visit that only A lets in, `only_b` one that only B does; None: there is none. `proxies_differ`:
    they do not believe the same proxies, so that behind one of those they may take visitors for different ones.
    `whole`: no other visits are possible than were looked at; else a missing visit says nothing.
    """

    only_a: Witness | None
    only_b: Witness | None
    proxies_differ: bool
    whole: bool = True

    @property
    def relation(self) -> str:
        """One of "equivalent", "A implies B" (whom A lets in, B does too), "B implies A" and "neither".

        Where it was not looked at every visit, "not equivalent" or "unknown".
        """
        if not self.whole:
            return "unknown" if self.only_a is None and self.only_b is None else "not equivalent"
        if self.only_a is None and self.only_b is None:
            return "equivalent" if not self.proxies_differ else "neither"
        if self.only_a is None:
            return "A implies B"
        return "B implies A" if self.only_b is None else "neither"


def compare(a: Meaning, b: Meaning) -> Comparison:
    """Compare two policies by what they mean."""
    return Comparison(_beyond(a, b), _beyond(b, a), a.proxies != b.proxies)


def compare_in_part(a: Meaning, lets_in: Expression) -> Comparison:
    """Compare a policy with a configuration that is not understood as a whole: by what holds whatever the rest does.

    Proxies are not looked at.
    """
    only_a = only_b = None
    with suppress(NotReadError):
        only_a = _beyond(a, meaning_of(no(closed(no(lets_in)))))  # at most these get in
    with suppress(NotReadError):
        only_b = _beyond(meaning_of(closed(lets_in)), a)  # at least these
    return Comparison(only_a, only_b, proxies_differ=False, whole=False)


def _beyond(one: Meaning, other: Meaning) -> Witness | None:
    """Give a visit that the first lets in and the second does not: the one that brings least, at the lowest address."""
    found: list[tuple[int, Networks | None, Need]] = [
        (len(need), shared, need)
        for needs, networks in one.pieces.items()
        for theirs, there in other.pieces.items()
        if (need := implies(needs, theirs)) is not None and (shared := networks & there)
    ]
    if one.unknown is not None and other.unknown is not None:
        unknown = implies(one.unknown, other.unknown)
        found += [(len(unknown), None, unknown)] if unknown is not None else []
    if not found:
        return None
    _, networks_, need = min(found, key=lambda visit: (visit[0], visit[1] is None, sorted(visit[2])))
    taken = {atom for needs in (*other.pieces, other.unknown or ()) for each in needs for atom in each}
    cookies = sorted(sent(atom, taken) for atom in need if atom.kind in COOKIES)
    verified = sorted(atom.kind for atom in need if atom.kind not in COOKIES)
    return Witness(_lowest(networks_) if networks_ is not None else None, tuple(cookies), tuple(verified))


def sent(cookie: Atom, taken: Iterable[Atom]) -> str:
    """Give a cookie as a visitor sends it, so that it is none of those taken that it need not be."""
    test = CookieText.of(*cookie)
    found = test.sent(CookieText.of(*atom) for atom in taken if atom.kind in COOKIES)
    if found is None:
        raise LimnerError(f"no cookie was found that is {test} and nothing else that counts")
    return found


def _lowest(networks: Networks) -> str:
    """Give the first IPv4 address of a set, or the first IPv6 one where there is none."""
    return networks.cidrs()[0].partition("/")[0]
