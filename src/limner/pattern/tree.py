r"""A regular expression that takes finitely many texts of digits and dots -> the tree of these texts.

Such is what limner and most other tools write for IPv4 networks: anchored at both ends, of digits, `\.`, `\d`, classes,
groups and bounded repetition. Its texts are put together from behind, equal branches of the tree being one, which takes
a tenth of the time of an automaton, that is for all expressions. Neither knows of how limner writes expressions.
"""

from __future__ import annotations

import re
from functools import cache

from limner.pattern.parse import MOST_CHARACTERS
from limner.pattern.run import HOPELESS

_ONE = r"\\[.d]|[0-9]|\[(?:[0-9]-[0-9]|[0-9.])+\]|\((?:\?:)?|[)|?]|\{[0-9]{1,2}(?:,[0-9]{1,2})?\}"
_SIGN = re.compile(_ONE)
_WHOLE = re.compile(rf"\^(?:{_ONE})*\$")
_PLAIN = frozenset(("\\.", *"0123456789"))
_RANGE = re.compile("(.)-(.)")
MOST_WORK = 100_000  # steps; a line of 4 KB takes some 10,000
MOST_DEPTH = 50
LONGEST = 100  # characters of a text; addresses have fifteen
END = HOPELESS + 1
"""The node behind which nothing comes; behind the node HOPELESS there is no text at all."""


class NotPlainError(Exception):
    """An expression of another kind."""


class Tree:
    """The texts that an expression takes: nodes are states as `run.Runner` has them. Raises NotPlainError."""

    def __init__(self, regex: str) -> None:
        if len(regex) > MOST_CHARACTERS or not _WHOLE.fullmatch(regex):
            raise NotPlainError
        found = list(_SIGN.finditer(regex, 1, len(regex) - 1))
        self._signs = [sign[0] for sign in found]
        self._texts: dict[int, str] = {}
        self._ways: dict[int, list[tuple[int, int]]] = {}
        self._opened: dict[int, int] = {}
        self._work = 0
        self._edges: list[dict[str, int]] = [{}, {}, {}]
        self._ends = [False, False, True]
        self._longest = [0, 0, 0]
        self._single: dict[tuple[str, int], int] = {}
        self._made: dict[tuple[bool, tuple[tuple[str, int], ...]], int] = {}
        self._known: dict[tuple[str, int], int] = {}
        self._unions: dict[tuple[int, int], int] = {}
        self._part()
        for last, first in self._opened.items():
            self._texts[last] = regex[found[first].start() : found[last].end()]
        self.start = self._sequence(0, len(self._signs), END)

    def step(self, state: int, text: str) -> int:
        """Give the node behind some more characters."""
        for char in text:
            state = self._edges[state].get(char, HOPELESS)
        return state

    def digits(self, state: int) -> list[tuple[int, int]]:
        """Give the digits that may follow a node, each with the node behind it."""
        return [(int(char), to) for char, to in self._edges[state].items() if char != "."]

    def matches(self, state: int) -> bool:
        """Whether a text ends in a node."""
        return self._ends[state]

    def _part(self) -> None:
        """Note where each group begins, and its alternatives; outside of groups there may be none."""
        opened: list[tuple[int, int]] = []
        ways: list[list[tuple[int, int]]] = []
        for at, sign in enumerate(self._signs):
            if sign[0] == "(":
                opened.append((at, at + 1))
                ways.append([])
            elif sign in "|)":
                if not opened:
                    raise NotPlainError
                group, begin = opened.pop()
                ways[-1].append((begin, at))
                if sign == "|":
                    opened.append((group, at + 1))
                else:
                    self._opened[at], self._ways[group] = group, ways.pop()
            if len(opened) > MOST_DEPTH:
                raise NotPlainError
        if opened:
            raise NotPlainError

    def _sequence(self, begin: int, end: int, behind: int) -> int:
        """Give the node from which some signs lead to the node `behind`."""
        self._count(end - begin + 1)
        at, signs, single = end, self._signs, self._single
        while at > begin:
            at -= 1
            sign = signs[at]
            if sign in _PLAIN:
                behind = single.get((sign[-1], behind)) or self._leading(sign[-1], behind)
                continue
            least, most = _bounds(sign)
            if sign[0] in "?{":
                at -= 1
            if at < begin or signs[at][0] in "?{|":
                raise NotPlainError  # nothing to be repeated, or a quantifier of a quantifier
            node = behind
            for number in range(most):
                node = self._atom(at, node)
                if number < most - least:
                    node = self._union(node, behind)
            at, behind = self._opened.get(at, at), node
        return behind

    def _atom(self, at: int, behind: int) -> int:
        """Give the node from which the sign, or the group that ends there, leads to another."""
        text = self._texts.get(at) or self._signs[at]
        node = self._known.get((text, behind))
        if node is None:
            if at in self._texts:
                node = HOPELESS
                for begin, end in self._ways[self._opened[at]]:
                    node = self._union(node, self._sequence(begin, end, behind))
            else:
                node = self._node(False, dict.fromkeys(_chars(text), behind))
            self._known[text, behind] = node
        return node

    def _union(self, one: int, other: int) -> int:
        if one == other or other == HOPELESS:
            return one
        if one == HOPELESS:
            return other
        key = (one, other) if one < other else (other, one)
        node = self._unions.get(key)
        if node is None:
            self._count(10)
            edges = dict(self._edges[one])
            for char, to in self._edges[other].items():
                edges[char] = self._union(edges[char], to) if char in edges else to
            node = self._unions[key] = self._node(self._ends[one] or self._ends[other], edges)
        return node

    def _node(self, ends: bool, edges: dict[str, int]) -> int:
        if len(edges) == 1 and not ends:
            return self._leading(*edges.popitem())
        key = ends, tuple(sorted(edges.items()))
        node = self._made.get(key)
        if node is None:
            node = self._made[key] = self._add(ends, edges, 1 + max(map(self._longest.__getitem__, edges.values())))
        return node

    def _leading(self, char: str, to: int) -> int:
        """Give the node from which one character leads to another."""
        node = self._single.get((char, to))
        if node is None:
            node = self._single[char, to] = self._add(False, {char: to}, 1 + self._longest[to])
        return node

    def _add(self, ends: bool, edges: dict[str, int], longest: int) -> int:
        if longest > LONGEST:
            raise NotPlainError
        self._edges.append(edges)
        self._ends.append(ends)
        self._longest.append(longest)
        return len(self._edges) - 1

    def _count(self, steps: int) -> None:
        self._work += steps
        if self._work > MOST_WORK:
            raise NotPlainError


@cache
def _bounds(sign: str) -> tuple[int, int]:
    """Give how often a quantifier has its atom; what is none has it once."""
    if sign == "?":
        return 0, 1
    if sign[0] != "{":
        return 1, 1
    least, _, most = sign[1:-1].partition(",")
    if int(most or least) < int(least):
        raise NotPlainError
    return int(least), int(most or least)


@cache
def _chars(sign: str) -> str:
    """Give the characters that a sign stands for."""
    if sign == r"\d":
        return "0123456789"
    found = set(_RANGE.sub("", sign.strip("[]\\")))
    for low, high in _RANGE.findall(sign):
        if high < low:
            raise NotPlainError
        found |= set(map(chr, range(ord(low), ord(high) + 1)))
    return "".join(sorted(found))
