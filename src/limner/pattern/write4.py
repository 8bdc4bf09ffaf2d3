"""IPv4: a set of addresses -> the regular expression of their texts, and of no other text at all."""

from __future__ import annotations

from functools import cache

from limner.pattern.numbers import octets
from limner.pattern.piece import Piece, either, literal, repeated, sequence, shortest
from limner.pattern.shape import Shape, everything

DOT = literal(".")
OCTET = octets((1 << 256) - 1)


@cache
def dotted(shape: Shape) -> Piece:
    """Give the piece for octets with dots between them; exact, whatever text it is given."""
    if shape.full:
        return sequence(OCTET, repeated(sequence(DOT, OCTET), shape.depth - 1))
    found = [_by_first(shape)]
    # an octet that may be any is long to write: pulled out behind all that end in one, it is written once
    cut = _without_last(shape)
    if cut is not None:
        rest = _not_open(shape)
        parts = [sequence(dotted(cut), DOT, OCTET)]
        found.append(either(parts if rest is None else [*parts, dotted(rest)]))
    return shortest(found)


def _by_first(shape: Shape) -> Piece:
    return either(sequence(octets(mask), _following(rest)) for mask, rest in shape.edges)


def _following(shape: Shape) -> Piece:
    if shape.full:
        return repeated(sequence(DOT, OCTET), shape.depth)
    return sequence(DOT, dotted(shape))


@cache
def _without_last(shape: Shape) -> Shape | None:
    """Give those whose last octet may be any, without that octet; None if there are none, or it is the only one."""
    if shape.depth == 1:
        return None
    if shape.depth == 2:
        mask = sum(mask for mask, rest in shape.edges if rest.full)
        return Shape.of(8, 1, [(mask, everything(8, 0))])
    return Shape.of(8, shape.depth - 1, [(mask, _without_last(rest)) for mask, rest in shape.edges])


@cache
def _not_open(shape: Shape) -> Shape | None:
    """Give those whose last octet may not be any."""
    if shape.depth == 1:
        return None if shape.full else shape
    return Shape.of(8, shape.depth, [(mask, _not_open(rest)) for mask, rest in shape.edges])
