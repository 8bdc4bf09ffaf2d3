"""Weighs evidence: which cause is the most likely, and how sure that is.

Of one file the weightiest observation of a cause counts, and a little for each further one: a client that tries ten
times does not make a cause ten times as likely, but two files that agree do. What speaks against a cause is taken off.
A cause that explains another's signs takes these over, if it has signs of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from limner.signon.evidence import Cause, Evidence, Weight

MOST_MORE: Final = 2  # what repetition adds at most

EXPLAINS: Final[dict[Cause, tuple[Cause, ...]]] = {
    Cause.NAME_CHECK: (Cause.SERVER_DOWN,),  # to the user a refused name looks like a server that does not respond
    Cause.CACHED_ADDRESS: (Cause.NETWORK, Cause.SERVER_DOWN, Cause.NAME_CHECK),
    Cause.TOKEN_VERSION: (Cause.TOKEN_INVALID,),
    Cause.CLOCKS: (Cause.TOKEN_EXPIRED, Cause.TOKEN_INVALID),
    Cause.TOKEN_DOMAIN: (Cause.SSO_CONFIGURATION,),
}


class Sure(StrEnum):
    """How sure a cause is."""

    CERTAIN = "certain"  # a client or server put it into words, and nothing of weight speaks against it
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A cause, what speaks for it and against it, the weightiest first, and the sum."""

    cause: Cause
    sure: Sure
    score: int
    speaks_for: tuple[Evidence, ...]
    speaks_against: tuple[Evidence, ...]


def weigh(evidence: Iterable[Evidence], symptoms: Collection[str]) -> list[Weighed]:
    """Give all causes that something speaks for, the most likely first.

    `symptoms` are the files that show what happened (traces, captures): settings alone make nothing more than possible.
    """
    by_cause: dict[Cause, list[Evidence]] = defaultdict(list)
    for each in _once(evidence):
        by_cause[each.cause].append(each)
    own = {cause: _sum(found) for cause, found in by_cause.items()}
    weighed = [_weighed(cause, found, own, symptoms) for cause, found in by_cause.items() if _supported(found)]
    return sorted(weighed, key=lambda each: (-each.score, each.cause))


def _once(evidence: Iterable[Evidence]) -> Iterable[Evidence]:
    """Give each observation once, though the same capture or log may be there in two files."""
    first: dict[object, Evidence] = {}
    for each in evidence:
        first.setdefault(replace(each, file="") if each.time else each, each)
    return first.values()


def _supported(found: list[Evidence]) -> bool:
    return any(each.supports for each in found)


def _sum(found: Iterable[Evidence]) -> int:
    """Add up what speaks for, less what speaks against."""
    groups: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for each in found:
        groups[each.file, each.supports].append(int(each.weight))
    total = 0
    for (_, supports), weights in groups.items():
        value = max(weights) + min(len(weights) - 1, MOST_MORE)
        total += value if supports else -value
    return total


def _weighed(cause: Cause, found: list[Evidence], own: dict[Cause, int], symptoms: Collection[str]) -> Weighed:
    score = own[cause]
    if score >= Weight.STRONG:
        score += sum(max(own.get(other, 0), 0) for other in EXPLAINS.get(cause, ()))
    speaks_for = _ordered(each for each in found if each.supports)
    speaks_against = _ordered(each for each in found if not each.supports)
    seen = any(each.file in symptoms for each in speaks_for)
    conclusive = any(each.weight is Weight.CONCLUSIVE for each in speaks_for)
    if conclusive and score >= Weight.CONCLUSIVE and not any(each.weight >= Weight.STRONG for each in speaks_against):
        sure = Sure.CERTAIN
    elif score >= Weight.STRONG and seen:
        sure = Sure.LIKELY
    elif score >= Weight.SIGN:
        sure = Sure.POSSIBLE
    else:
        sure = Sure.UNLIKELY
    return Weighed(cause, sure, score, speaks_for, speaks_against)


def _ordered(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(found, key=lambda each: (-each.weight, each.time or 0, each.file)))
