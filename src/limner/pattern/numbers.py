"""Sets of numbers as regular expressions of their canonical texts: no leading zeros, lower-case hexadecimal.

The shortest expression of a finite set of texts is a hard problem; what is done here is to cut rectangles (these
beginnings, those endings) out of the set, in every order that promises something, and to keep the shortest result.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from limner.pattern.piece import EMPTY, Piece, either, literal, one_of, optional, repeated, sequence, shortest

HEX = "0123456789abcdef"
HEX_DIGIT = one_of(HEX)
HEX_BUT_ZERO = one_of(HEX[1:])
ZERO = literal("0")
GROUP = repeated(HEX_DIGIT, 1, 4)
DEEP = 40  # texts in a set up to which every order is tried

Texts = frozenset[str]


@cache
def octets(mask: int) -> Piece:
    """Give the piece for a set of octets, as the mask of 256 bits (bit n: n is in it); not for the empty set."""
    return texts(frozenset(str(number) for number in range(256) if mask >> number & 1))


@cache
def texts(wanted: Texts) -> Piece:
    """Give a short piece that matches exactly these texts; at least one."""
    if len(wanted) == 1:
        return literal(next(iter(wanted)))
    if "" in wanted:
        return optional(texts(wanted - {""}))
    if all(len(text) == 1 for text in wanted):
        return one_of(wanted)
    found = [_split(_by_first(wanted), last=False), _split(_by_last(wanted), last=True)]
    for last, groups in ((True, _by_last(wanted)), (False, _by_first(wanted))):
        if len(groups) > 1:
            found += _rectangles(wanted, groups, last=last)
    return shortest(found)


def _by_first(wanted: Texts) -> dict[Texts, set[str]]:
    rests: dict[str, set[str]] = defaultdict(set)
    for text in wanted:
        rests[text[0]].add(text[1:])
    return _same(rests)


def _by_last(wanted: Texts) -> dict[Texts, set[str]]:
    rests: dict[str, set[str]] = defaultdict(set)
    for text in wanted:
        rests[text[-1]].add(text[:-1])
    return _same(rests)


def _same(rests: dict[str, set[str]]) -> dict[Texts, set[str]]:
    """Give which characters have the same rest."""
    groups: dict[Texts, set[str]] = defaultdict(set)
    for char in sorted(rests):
        groups[frozenset(rests[char])].add(char)
    return groups


def _join(rest: Texts, chars: set[str], *, last: bool) -> Piece:
    inner = EMPTY if rest == {""} else texts(rest)
    return sequence(inner, one_of(chars)) if last else sequence(one_of(chars), inner)


def _split(groups: dict[Texts, set[str]], *, last: bool) -> Piece:
    return either(_join(rest, chars, last=last) for rest, chars in groups.items())


def _rectangles(wanted: Texts, groups: dict[Texts, set[str]], *, last: bool) -> list[Piece]:
    """Cut one rectangle out of the set, for each rest that several characters share, and go on with what is left."""
    found = []
    for rest in groups:
        chars = {char for other, several in groups.items() if rest <= other for char in several}
        if len(chars) < 2 or (len(rest) * len(chars) == len(wanted)):
            continue
        cut = {text + char if last else char + text for text in rest for char in chars}
        if len(wanted) > DEEP and len(cut) * 3 < len(wanted):
            continue  # of a large set, only large rectangles are worth the time
        found.append(either([texts(wanted - cut), _join(rest, chars, last=last)]))
    return found


@cache
def groups(mask: int) -> Piece:
    """Give the piece for a set of 16-bit groups in hexadecimal, as the mask of 65,536 bits; not for the empty set.

    It is right among texts of one to four digits without leading zeros; others it may take or not.
    """
    return either(piece for _, piece in _by_digits(mask))


@cache
def padded(mask: int) -> Piece:
    """Give the piece for a set of 16-bit groups, right among all texts of one to four digits."""
    return either(sequence(repeated(ZERO, 0, zeros), piece) for zeros, piece in _by_digits(mask))


def _by_digits(mask: int) -> list[tuple[int, Piece]]:
    """Give the pieces for numbers of one digit, of two, ..., each with how many zeros may lead; whole runs as one."""
    parts: list[tuple[int, Piece]] = []
    zero = mask & 1
    digits = 1
    while digits <= 4:
        start = digits
        while digits <= 4 and not ~mask & _numbers(digits):
            digits += 1
        if digits == start:
            if inside := mask & _numbers(digits):
                parts.append((4 - digits, _hex(inside, digits)))
            digits += 1
        elif start == 1 and zero:
            zero = 0
            parts.append((5 - digits, repeated(HEX_DIGIT, 1, digits - 1)))
        else:
            parts.append((4 - start, sequence(HEX_BUT_ZERO, repeated(HEX_DIGIT, start - 1, digits - 2))))
    return [(3, ZERO), *parts] if zero else parts


def _numbers(digits: int) -> int:
    """Give the mask of the numbers above zero that are written with so many hexadecimal digits."""
    return (1 << (1 << 4 * digits)) - (1 << (1 << 4 * (digits - 1)))


@cache
def _hex(mask: int, digits: int) -> Piece:
    """Give the piece for numbers of exactly so many digits."""
    step = 16 ** (digits - 1)
    by_rest: dict[int, set[str]] = defaultdict(set)
    for first, char in enumerate(HEX):
        rest = mask >> first * step & ((1 << step) - 1)
        if rest:
            by_rest[rest].add(char)
    parts = []
    for rest, chars in by_rest.items():
        inner = repeated(HEX_DIGIT, digits - 1) if rest == (1 << step) - 1 else _hex(rest, digits - 1)
        parts.append(sequence(one_of(chars), inner))
    return either(parts)
