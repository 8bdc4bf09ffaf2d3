"""The demo: an invented town with portraits that limner draws itself, so that nobody's real face is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Choices that depend on a seed and on what is asked for, and on nothing else.

    Each question has its own answer: asking for something new leaves every earlier answer as it was. Equal on every
    platform and Python version.
    """

    __slots__ = ("_seed",)

    def __init__(self, seed: bytes | str) -> None:
        self._seed = hashlib.blake2b(seed.encode("utf-8") if isinstance(seed, str) else seed)

    def number(self, what: str) -> int:
        """Give a number from 0 to 2**64 - 1."""
        drawn = self._seed.copy()
        drawn.update(b"\0" + what.encode("utf-8"))
        return int.from_bytes(drawn.digest()[:8], "big")

    def between(self, what: str, low: float, high: float) -> float:
        """Give a number in [low, high)."""
        return low + (high - low) * (self.number(what) >> 11) / 2**53

    def happens(self, what: str, share: float) -> bool:
        """Tell whether something that happens to this share of all (0 to 1) happens here."""
        return self.between(what, 0, 1) < share

    def pick(self, what: str, options: Sequence[T]) -> T:
        """Give one of the options, each as likely as any other."""
        return options[self.number(what) % len(options)]
