"""A regular expression -> exactly the addresses whose canonical text it matches.

The expression's automaton is walked over the texts of all addresses at once: where two beginnings lead to the same
state, what may follow is the same, and is worked out once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from limner.pattern.parse import parse
from limner.pattern.run import HOPELESS, MATCHED, Runner
from limner.pattern.shape import Shape, everything, first_of, paired, union, without
from limner.pattern.tree import NotPlainError, Tree
from limner.pattern.write import MAPPED, shape4, shape6
from limner.policy.networks import Networks, format_address

MOST_SPANS = 100_000
FRESH = -1  # behind `::`, where no zero group can stand
BEGINNING = [
    sum(1 << octet for octet in range(256) if f"{octet}".startswith(f"{first}")) for first in range(256)
]  # masks of the octets whose text begins with that of a number


@dataclass(frozen=True, slots=True)
class Admitted:
    """The addresses whose canonical text a regular expression matches, as diagrams; None is no address."""

    v4: Shape | None
    v6: Shape | None

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return sum(shape.size for shape in (self.v4, self.v6) if shape is not None)

    def __sub__(self, other: Admitted) -> Admitted:
        return Admitted(without(self.v4, other.v4), without(self.v6, other.v6))

    def __bool__(self) -> bool:
        return self.v4 is not None or self.v6 is not None

    @property
    def example(self) -> str:
        """The lowest address, an IPv4 one where there is one; not for the empty set."""
        if self.v4 is not None:
            return format_address(MAPPED + first_of(self.v4))
        assert self.v6 is not None
        return format_address(first_of(self.v6))

    def networks(self) -> Networks | None:
        """Give them as networks; None: they are in more than 100,000 pieces."""
        v4 = list(islice(self.v4.spans(), MOST_SPANS + 1)) if self.v4 is not None else []
        v6 = list(islice(self.v6.spans(), MOST_SPANS + 1)) if self.v6 is not None else []
        if len(v4) + len(v6) > MOST_SPANS:
            return None
        return Networks.of_intervals([*((MAPPED + start, MAPPED + end) for start, end in v4), *v6])


def admitted(networks: Networks) -> Admitted:
    """Give a set of networks as such diagrams."""
    return Admitted(shape4(networks), shape6(networks, mapped=False))


def read(regex: str, *, ignore_case: bool = False) -> Admitted:
    """Give what a regular expression admits, as a search in the canonical text of an address. Raises RegexError."""
    try:
        tree = Tree(regex)
    except NotPlainError:
        runner = Runner(parse(regex, ignore_case=ignore_case))
        return Admitted(_Octets(runner).shape(4, runner.start), _Groups(runner).shape(runner.start))
    return Admitted(_Octets(tree).shape(4, tree.start), None)  # an IPv6 address has a colon in its text


class _Octets:
    """IPv4: octets with dots between them."""

    def __init__(self, runner: Runner | Tree) -> None:
        self.runner = runner
        self.known: dict[tuple[int, int], Shape | None] = {}

    def shape(self, depth: int, state: int) -> Shape | None:
        """Give the octets that may follow in a state."""
        if state == MATCHED:
            return everything(8, depth)
        if state == HOPELESS:
            return None
        if depth == 0:
            return everything(8, 0) if self.runner.matches(state) else None
        key = depth, state
        if key not in self.known:
            masks: dict[int, int] = defaultdict(int)
            for digit, to in self.runner.digits(state):
                self._spell(to, digit, masks)
            dot = "." if depth > 1 else ""
            edges = [(mask, self.shape(depth - 1, self.runner.step(to, dot))) for to, mask in masks.items()]
            self.known[key] = Shape.of(8, depth, edges)
        return self.known[key]

    def _spell(self, state: int, octet: int, masks: dict[int, int]) -> None:
        """Note the states that the octets with these first digits lead to, each with the mask of those octets."""
        if state == MATCHED:
            masks[state] |= BEGINNING[octet]
            return
        masks[state] |= 1 << octet
        if 0 < octet < 26:
            for digit, to in self.runner.digits(state):
                if octet * 10 + digit < 256:
                    self._spell(to, octet * 10 + digit, masks)


class _Groups:
    """IPv6: groups as RFC 5952 writes them, without those addresses that stand for IPv4."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.octets = _Octets(runner)
        self.known: dict[tuple[int, int, int, int, int], Shape | None] = {}
        self.reached: dict[tuple[int, int], dict[int, int]] = {}

    def shape(self, state: int) -> Shape | None:
        """Give all addresses whose text matches."""
        return self._follow(8, state, 0, 0, 0)

    def _follow(self, depth: int, state: int, zeros: int, longest: int, cut: int) -> Shape | None:
        """Give the groups that may follow.

        `zeros` zero groups were written just before, at most `longest` in a row so far; `cut` is the number that `::`
        stands for, 0 before it.
        """
        if state == HOPELESS:
            return None
        if depth == 0:
            sound = cut or longest < 2
            return everything(16, 0) if sound and self.runner.matches(state) else None
        if not cut and longest >= 2 and depth <= longest:
            return None  # no longer run can come any more, which alone could be what is cut
        key = depth, state, zeros, longest, cut
        if key not in self.known:
            self.known[key] = self._follow_anew(depth, state, zeros, longest, cut)
        return self.known[key]

    def _follow_anew(self, depth: int, state: int, zeros: int, longest: int, cut: int) -> Shape | None:
        colon = ":" if depth > 1 else ""
        edges: list[tuple[int, Shape | None]] = []
        for to, mask in self._spelt(state).items():
            edges.append((mask, self._follow(depth - 1, self.runner.step(to, colon), 0, longest, cut)))
        run = zeros + 1
        if zeros != FRESH and not (cut and run > cut):
            to = self.runner.step(state, "0" + colon)
            edges.append((1, self._follow(depth - 1, to, run, longest if cut else max(longest, run), cut)))
        found = Shape.of(16, depth, edges)
        if not cut and not zeros:
            opened = self.runner.step(state, "::" if depth == 8 else ":")
            for length in range(max(2, longest + 1), depth + 1):
                found = union(found, _zeros(length, self._behind(depth, length, opened)))
        return found

    def _behind(self, depth: int, length: int, state: int) -> Shape | None:
        """Give the groups that may stand behind a `::` of some length."""
        if depth == 8 and length == 6:
            octets = self.octets.shape(4, state)
            if octets is None:
                return None
            return Shape.of(16, 2, [(mask & ~1, rest) for mask, rest in paired(octets).edges])
        found = self._follow(depth - length, state, FRESH, 0, length)
        if depth == 8 and length == 5 and found is not None:
            return Shape.of(16, 3, [(mask & ~(1 << 0xFFFF), rest) for mask, rest in found.edges])
        return found

    def _spelt(self, state: int) -> dict[int, int]:
        """Give the states that a group leads to, each with the mask of the groups (but zero) that lead there."""
        found: dict[int, int] = defaultdict(int)
        for digits in range(1, 5):
            for first in range(1, 16):
                for to, mask in self._digits(self.runner.step(state, f"{first:x}"), digits - 1).items():
                    found[to] |= mask << (first << 4 * (digits - 1))
        return found

    def _digits(self, state: int, count: int) -> dict[int, int]:
        """Give the states that so many digits lead to, each with the mask of the numbers that lead there."""
        if count == 0 or state in (MATCHED, HOPELESS):
            return {state: (1 << 16**count) - 1}
        key = state, count
        if key not in self.reached:
            found: dict[int, int] = defaultdict(int)
            for digit in range(16):
                for to, mask in self._digits(self.runner.step(state, f"{digit:x}"), count - 1).items():
                    found[to] |= mask << (digit << 4 * (count - 1))
            self.reached[key] = found
        return self.reached[key]


def _zeros(count: int, rest: Shape | None) -> Shape | None:
    """Put zero groups before what may follow."""
    for _ in range(count if rest is not None else 0):
        rest = Shape.of(16, rest.depth + 1, [(1, rest)]) if rest is not None else None
    return rest
