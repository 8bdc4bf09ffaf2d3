"""Which of a picture's renditions serves a wanted size."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from limner.picture import LADDER


def mask_of(rungs: Iterable[int]) -> int:
    """Give the mask of rungs (bit i: LADDER[i])."""
    return sum(1 << LADDER.index(rung) for rung in rungs)


def rungs_for(size: int) -> Callable[[int], list[int]]:
    """Give the order in which rungs serve a request for `size` pixels: the next one up, then smaller ones.

    The function that is returned takes a mask of rungs (bit i: LADDER[i]) and gives the rungs to try, best first.
    """
    wanted = next((i for i, rung in enumerate(LADDER) if rung >= size), len(LADDER) - 1)

    def choose(mask: int) -> list[int]:
        there = [i for i in range(len(LADDER)) if mask >> i & 1]
        up = [i for i in there if i >= wanted][:1]
        return [LADDER[i] for i in up + [i for i in reversed(there) if i < wanted]]

    return choose
