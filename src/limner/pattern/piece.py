"""Pieces of a regular expression, put together so that precedence is always right.

What is written is the common part of PCRE, RE2, Python and, with `posix`, POSIX ERE: literals, classes, groups,
alternatives, `?` and counted repetition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ALTERNATIVES, SEQUENCE, ATOM = range(3)


@dataclass(frozen=True, slots=True)
class Piece:
    """A regular expression and how tightly its parts are bound: alternatives, a sequence, or one atom."""

    text: str
    bound: int

    def __len__(self) -> int:
        return len(self.text)

    @property
    def atom(self) -> str:
        """Its text as one atom, in a group where that is needed."""
        return self.text if self.bound == ATOM else f"({self.text})"


EMPTY = Piece("", SEQUENCE)


def literal(text: str) -> Piece:
    """Give the piece that matches a text as it stands; a dot is the only special character that addresses have."""
    return Piece(text.replace(".", r"\."), ATOM if len(text) == 1 else SEQUENCE)


def one_of(chars: Iterable[str]) -> Piece:
    """Give the piece that matches one of some characters: digits, lower-case letters, `:` or `.`; at least one."""
    wanted = sorted(set(chars))
    if len(wanted) == 1:
        return literal(wanted[0])
    if wanted == list("0123456789"):
        return Piece(r"\d", ATOM)
    text, at = "", 0
    while at < len(wanted):
        end = at
        while end + 1 < len(wanted) and ord(wanted[end + 1]) == ord(wanted[end]) + 1:
            end += 1
        text += wanted[at] if end == at else wanted[at] + ("" if end == at + 1 else "-") + wanted[end]
        at = end + 1
    return Piece(f"[{text}]", ATOM)


def sequence(*pieces: Piece) -> Piece:
    """Give the pieces one after the other."""
    parts = [piece for piece in pieces if piece.text]
    if len(parts) == 1:
        return parts[0]
    return Piece("".join(part.atom if part.bound == ALTERNATIVES else part.text for part in parts), SEQUENCE)


def either(pieces: Iterable[Piece]) -> Piece:
    """Give one of the pieces; where the empty text is one of them, the others are optional."""
    distinct = {piece.text: piece for piece in pieces}
    empty = distinct.pop("", None)
    parts = list(distinct.values())
    if not parts:
        return EMPTY
    whole = parts[0] if len(parts) == 1 else Piece("|".join(part.text for part in parts), ALTERNATIVES)
    return whole if empty is None else optional(whole)


def optional(piece: Piece) -> Piece:
    """Give a piece that may be left out."""
    return piece if not piece.text else Piece(f"{piece.atom}?", SEQUENCE)


def repeated(piece: Piece, least: int, most: int | None = None) -> Piece:
    """Give a piece `least` to `most` times (None: exactly `least` times), in the shortest way."""
    most = least if most is None else most
    if most == 0:
        return EMPTY
    if (least, most) == (1, 1):
        return piece
    if (least, most) == (0, 1):
        return optional(piece)
    counted = f"{piece.atom}{{{least}}}" if least == most else f"{piece.atom}{{{least},{most}}}"
    spelt = (piece.atom if piece.bound == ALTERNATIVES else piece.text) * least
    return Piece(spelt if least == most and len(spelt) <= len(counted) else counted, SEQUENCE)


def shortest(pieces: Iterable[Piece]) -> Piece:
    """Give the shortest piece; of equals the first."""
    return min(pieces, key=len)


def posix(text: str) -> str:
    r"""Write a regular expression without `\d`, which POSIX does not have."""
    return text.replace(r"\d", "[0-9]")
