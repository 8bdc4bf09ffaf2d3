"""Sets of addresses as decision diagrams over their octets or 16-bit groups, equal parts shared.

An address set that is small as networks is small here; so are sets that are not, such as "every address that ends in
.5", which is 2**24 networks and five nodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import ClassVar

Span = tuple[int, int]
"""Numbers from the first up to, not with, the second."""


class Shape:
    """A set of sequences of `depth` numbers, each of `width` bits (8 or 16). Equal sets are the same object.

    `edges` lead from masks of first numbers (bit n: n is one of them) to the set of what may follow; masks do not
    meet, no two lead to the same set, and none leads to an empty one. The empty set is `None`, everywhere.
    """

    __slots__ = ("depth", "edges", "full", "width")
    _made: ClassVar[dict[tuple[int, int, tuple[tuple[int, int], ...]], Shape]] = {}

    depth: int
    width: int
    edges: tuple[tuple[int, Shape], ...]
    full: bool

    @classmethod
    def of(cls, width: int, depth: int, edges: Iterable[tuple[int, Shape | None]]) -> Shape | None:
        """Give the set with these edges; masks of equal rests are put together, empty ones left out."""
        masks: dict[int, int] = defaultdict(int)
        rests: dict[int, Shape] = {}
        for mask, rest in edges:
            if mask and rest is not None:
                masks[id(rest)] |= mask
                rests[id(rest)] = rest
        if depth and not masks:
            return None
        found = sorted((mask, name) for name, mask in masks.items())
        key = (width, depth, tuple(found))
        made = cls._made.get(key)
        if made is None:
            made = cls()
            made.width, made.depth = width, depth
            made.edges = tuple((mask, rests[name]) for mask, name in found)
            whole = (1 << (1 << width)) - 1
            made.full = not depth or (len(found) == 1 and found[0][0] == whole and made.edges[0][1].full)
            cls._made[key] = made
        return made

    def after(self, number: int) -> Shape | None:
        """Give what may follow a first number."""
        return next((rest for mask, rest in self.edges if mask >> number & 1), None)

    @property
    def size(self) -> int:
        """How many sequences are in the set."""
        return _size(self)

    def spans(self) -> Iterator[Span]:
        """Yield the set as spans of numbers, in order, each as long as can be."""
        start = end = -1
        for first, last in _pieces(self, 0):
            if first == end:
                end = last
                continue
            if end > start:
                yield start, end
            start, end = first, last
        if end > start:
            yield start, end


def _pieces(shape: Shape, base: int) -> Iterator[Span]:
    """Yield spans that make up the set, in order; they may touch."""
    bits = shape.width * shape.depth
    if shape.full:
        yield base, base + (1 << bits)
        return
    step = bits - shape.width
    runs = sorted((low, high, at) for at, (mask, _) in enumerate(shape.edges) for low, high in mask_spans(mask))
    for low, high, at in runs:
        rest = shape.edges[at][1]
        if rest.full:
            yield base + (low << step), base + (high << step)
        else:
            for number in range(low, high):
                yield from _pieces(rest, base + (number << step))


@cache
def _size(shape: Shape) -> int:
    return sum(mask.bit_count() * _size(rest) for mask, rest in shape.edges) if shape.depth else 1


def mask_spans(mask: int) -> Iterator[Span]:
    """Yield the runs of bits that are set."""
    at = 0
    while mask:
        zeros = (mask & -mask).bit_length() - 1
        mask >>= zeros
        ones = (~mask & (mask + 1)).bit_length() - 1
        yield at + zeros, at + zeros + ones
        mask >>= ones
        at += zeros + ones


@cache
def everything(width: int, depth: int) -> Shape:
    """Give the set of all sequences."""
    whole = (1 << (1 << width)) - 1
    return _made_of(width, depth, [(whole, everything(width, depth - 1))] if depth else ())


def shape_of(width: int, depth: int, spans: Sequence[Span]) -> Shape | None:
    """Give the set of the numbers in some spans that do not meet, each number of `width * depth` bits."""
    step = width * (depth - 1)
    if not spans:
        return None
    if not depth or spans[0] == (0, 1 << (width * depth)):
        return everything(width, depth)
    whole = 0
    parts: dict[int, list[Span]] = defaultdict(list)
    for start, end in spans:
        low, high = -(-start >> step), end >> step
        if low < high:
            whole |= (1 << high) - (1 << low)
        for number in {start >> step, end >> step} - set(range(low, high)):
            base = number << step
            inner = max(start, base) - base, min(end, base + (1 << step)) - base
            if inner[0] < inner[1]:
                parts[number].append(inner)
    edges = [(1 << number, shape_of(width, depth - 1, inner)) for number, inner in parts.items()]
    return Shape.of(width, depth, [(whole, everything(width, depth - 1)), *edges])


OCTET = (1 << 256) - 1


def paired(shape: Shape) -> Shape:
    """Give a set of octets as one of 16-bit groups, two octets each."""
    if not shape.depth:
        return everything(16, 0)
    twos = [(_pairs(first, second), paired(rest)) for first, half in shape.edges for second, rest in half.edges]
    return _made_of(16, shape.depth // 2, twos)


def _pairs(first: int, second: int) -> int:
    return sum(second << (number << 8) for number in range(256) if first >> number & 1)


def halved(shape: Shape) -> Shape:
    """Give a set of 16-bit groups as one of octets, two for each group."""
    if not shape.depth:
        return everything(8, 0)
    below = [(mask, halved(rest)) for mask, rest in shape.edges]
    low = ((number, [(mask >> (number << 8) & OCTET, rest) for mask, rest in below]) for number in range(256))
    depth = shape.depth * 2
    return _made_of(8, depth, [(1 << number, Shape.of(8, depth - 1, edges)) for number, edges in low])


def _made_of(width: int, depth: int, edges: Iterable[tuple[int, Shape | None]]) -> Shape:
    made = Shape.of(width, depth, edges)
    assert made is not None
    return made


def union(one: Shape | None, other: Shape | None) -> Shape | None:
    """Give the set of what is in either."""
    return other if one is None else one if other is None else _union(one, other)


@cache
def _union(one: Shape, other: Shape) -> Shape:
    if one is other or one.full:
        return one
    if other.full:
        return other
    edges: list[tuple[int, Shape | None]] = []
    here, there = sum(mask for mask, _ in one.edges), sum(mask for mask, _ in other.edges)
    edges += [(mask & ~there, rest) for mask, rest in one.edges]
    edges += [(mask & ~here, rest) for mask, rest in other.edges]
    edges += [(mine & its, _union(rest, its_rest)) for mine, rest in one.edges for its, its_rest in other.edges]
    return _made_of(one.width, one.depth, edges)


def without(one: Shape | None, other: Shape | None) -> Shape | None:
    """Give the set of what is in one and not in the other."""
    return one if one is None or other is None else _without(one, other)


@cache
def _without(one: Shape, other: Shape) -> Shape | None:
    if one is other or other.full:
        return None
    there = sum(mask for mask, _ in other.edges)
    edges: list[tuple[int, Shape | None]] = [(mask & ~there, rest) for mask, rest in one.edges]
    edges += [(mine & its, without(rest, its_rest)) for mine, rest in one.edges for its, its_rest in other.edges]
    return Shape.of(one.width, one.depth, edges)


def first_of(shape: Shape) -> int:
    """Give the lowest number in the set."""
    return next(_pieces(shape, 0))[0]
