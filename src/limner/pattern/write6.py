"""IPv6: a set of addresses -> a regular expression that tells their texts from those of all other addresses.

Canonical texts are those of RFC 5952, as inet_ntop writes them: `::` stands for the longest run of at least two zero
groups, of equals the first; the low half of `::/96` is written as an IPv4 address. Among texts that are no addresses
at all the expression may take one or the other (`2001:db8::::`): a server that compares addresses has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from limner.pattern.numbers import GROUP, groups, padded
from limner.pattern.piece import EMPTY, SEQUENCE, Piece, either, literal, optional, repeated, sequence
from limner.pattern.shape import Shape, everything, halved
from limner.pattern.write4 import dotted

COLON = literal(":")
# what may follow where nothing more has to be known: any groups, and from the first on the IPv4 form too
REST = Piece("[0-9a-f:]*", SEQUENCE)
REST_OR_IPV4 = Piece("[0-9a-f.:]*", SEQUENCE)
ALL = Piece("[0-9a-f]*:[0-9a-f.:]*", SEQUENCE)  # an IPv4 address has no colon


@cache
def canonical(shape: Shape, need: int = 0, zeros: int = 0) -> Piece | None:
    """Give the piece for what is left of addresses, up to all eight groups; None: there is no such text.

    `zeros`: so many zero groups were written just before. `need`: the run that `::` stands for has to be at least so
    long, because shorter ones were written out.
    """
    left, first = shape.depth, shape.depth == 8
    if left == 0:
        return EMPTY if not need else None
    if need > left:
        return None
    if shape.full:
        return ALL if first else REST
    parts = list(_spelt(shape, need, zeros))
    if not zeros:
        short = _shortened(shape, max(need, 2))
        if short is not None:
            parts.append(sequence(COLON, COLON, short) if first else sequence(COLON, short))
    return either(parts) if parts else None


def _spelt(shape: Shape, need: int, zeros: int) -> Iterator[Piece]:
    """Yield pieces in which the first group is written out."""
    colon = COLON if shape.depth > 1 else EMPTY
    masks: dict[Piece, int] = defaultdict(int)
    for mask, rest in shape.edges:
        for group, run in ((mask & ~1, 0), (mask & 1, zeros + 1)):
            if group:
                behind = canonical(rest, max(need, run + 1 if run > 1 else 0), run)
                if behind is not None:
                    masks[behind] |= group
    for behind, mask in masks.items():
        yield sequence(groups(mask), colon, behind)


def _shortened(shape: Shape, least: int) -> Piece | None:
    """Give the piece for what stands behind a `::` that is at least so many zero groups."""
    parts: list[Piece] = []
    rest: Shape | None = shape
    for run in range(1, shape.depth + 1):
        rest = rest.after(0) if rest is not None else None
        if rest is None:
            break
        if run < least:
            continue
        if run == 6 and shape.depth == 8:
            parts += _low_half(rest)
            if rest.full:
                parts.append(optional(GROUP))
                break
        elif rest.full and rest.depth:
            if shape.depth == 8 and run < 6:  # where two groups are left, they are written as an IPv4 address
                parts += [_full_groups(3, rest.depth), *_low_half(everything(16, 2)), optional(GROUP)]
            else:
                parts.append(optional(_full_groups(1, rest.depth)))
            break
        else:
            behind = _all_spelt(rest, after_run=True)
            if behind is not None:
                parts.append(behind)
    return either(parts) if parts else None


def _full_groups(least: int, most: int) -> Piece:
    return sequence(GROUP, repeated(sequence(COLON, GROUP), least - 1, most - 1))


@cache
def _all_spelt(shape: Shape, *, after_run: bool = False) -> Piece | None:
    """Give the piece for groups that are all written out; the first one `after_run` is not zero."""
    if not shape.depth:
        return EMPTY
    if shape.full:
        return _full_groups(shape.depth, shape.depth)
    parts = []
    for mask, rest in shape.edges:
        group = mask & ~1 if after_run else mask
        behind = _all_spelt(rest) if group else None
        if behind is not None:
            parts.append(sequence(groups(group), COLON if rest.depth else EMPTY, behind))
    return either(parts) if parts else None


def _low_half(shape: Shape) -> list[Piece]:
    """Give the piece for the last two groups, the first of them not zero, as an IPv4 address."""
    if shape.full:
        return [dotted(everything(8, 4))]
    inside = Shape.of(16, 2, [(mask & ~1, rest) for mask, rest in shape.edges])
    return [dotted(halved(inside))] if inside is not None else []


# -- every spelling ---------------------------------------------------------------------------------------------------


@cache
def any_spelling(shape: Shape, *, shortened: bool = False) -> Piece:
    """Give the piece for every spelling of what is left of addresses, to be matched without regard to case.

    Groups may have leading zeros, `::` may stand for any run of zero groups, once, and the last two groups may be
    written as an IPv4 address. `shortened`: the `::` has been.
    """
    left, first = shape.depth, shape.depth == 8
    if shape.full and not shortened and left:
        return ALL if first else REST_OR_IPV4
    parts = []
    for mask, rest in shape.edges:
        colon = COLON if rest.depth else EMPTY
        parts.append(sequence(padded(mask), colon, any_spelling(rest, shortened=shortened)))
    if left == 2:
        parts.append(dotted(halved(shape)))
    if not shortened:
        rest_: Shape | None = shape
        behind = []
        for _ in range(left):
            rest_ = rest_.after(0) if rest_ is not None else None
            if rest_ is None:
                break
            behind.append(any_spelling(rest_, shortened=True))
        if behind:
            parts.append(sequence(COLON, COLON if first else EMPTY, either(behind)))
    return either(parts) if left else EMPTY
