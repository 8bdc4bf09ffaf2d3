"""Networks -> one anchored regular expression, or several where a line has a limit."""

from __future__ import annotations

import re

from limner.errors import LimnerError
from limner.pattern import write4, write6
from limner.pattern.piece import ALTERNATIVES, Piece, either, posix
from limner.pattern.shape import Shape, shape_of
from limner.policy.networks import IPV4, Networks

MAPPED = 0xFFFF << 32  # where IPv4 stands among all addresses: ::ffff:0:0/96


class PatternError(LimnerError):
    """Networks that cannot be written as asked, or a regular expression that cannot be read."""


def write(networks: Networks, *, any_spelling: bool = False, no_escapes: bool = False) -> str:
    r"""Give the anchored regular expression for the addresses in a set.

    It takes the canonical text of an address (that of `inet_ntop`) exactly when the address is in the set; for IPv4
    it takes no other text at all. With `any_spelling` that holds for every spelling of an IPv6 address, in either
    case, and for IPv4 addresses in their IPv4-mapped spelling (`::ffff:192.0.2.1`) too. `no_escapes`: `[0-9]` in
    place of `\d`. Raises PatternError for the empty set.
    """
    parts = _pieces(networks, any_spelling=any_spelling)
    if not parts:
        raise PatternError("there is no address to write a regular expression for")
    whole = either(parts)
    text = f"^{whole.atom if whole.bound == ALTERNATIVES else whole.text}$"
    return posix(text) if no_escapes else text


def _pieces(networks: Networks, *, any_spelling: bool) -> list[Piece]:
    parts = []
    v4 = shape4(networks)
    if v4 is not None:
        parts.append(write4.dotted(v4))
    if any_spelling:
        v6 = shape6(networks, mapped=True)
        if v6 is not None:
            piece = write6.any_spelling(v6)
            parts.append(Piece(_both_cases(piece.text), piece.bound))
    else:
        v6 = shape6(networks, mapped=False)
        piece6 = write6.canonical(v6) if v6 is not None else None
        if piece6 is not None:
            parts.append(piece6)
    return parts


def shape4(networks: Networks) -> Shape | None:
    """Give the IPv4 addresses of a set, as octets."""
    return shape_of(8, 4, [(start - MAPPED, end - MAPPED) for start, end in (networks & IPV4).intervals()])


def shape6(networks: Networks, *, mapped: bool) -> Shape | None:
    """Give the IPv6 addresses of a set, as 16-bit groups; with or without those that stand for IPv4 addresses."""
    return shape_of(16, 8, list((networks if mapped else networks - IPV4).intervals()))


_TOKEN = re.compile(r"\\.|\{[0-9,]*\}|\[[^\]]*\]|[a-f]|[^a-f]")


def _both_cases(text: str) -> str:
    """Let letters of a regular expression stand for both cases."""

    def token(found: re.Match[str]) -> str:
        part = found[0]
        if part.startswith("["):
            letters = re.findall(r"[a-f]-[a-f]|(?<!-)[a-f](?!-)", part)
            return part[:-1] + "".join(letter.upper() for letter in letters) + "]"
        return f"[{part}{part.upper()}]" if part in set("abcdef") else part

    return _TOKEN.sub(token, text)


def write_lines(networks: Networks, limit: int, *, any_spelling: bool = False, no_escapes: bool = False) -> list[str]:
    """Give regular expressions of at most `limit` characters each; together they take what `write`'s one takes.

    Raises PatternError where a single network needs more.
    """
    lines: list[str] = []
    waiting = [networks.cidrs()]
    while waiting:
        cidrs = waiting.pop()
        line = write(Networks(cidrs), any_spelling=any_spelling, no_escapes=no_escapes)
        if len(line) <= limit:
            lines.append(line)
        elif len(cidrs) == 1:
            raise PatternError(
                f"{cidrs[0]} needs {len(line)} characters, more than the limit of {limit}",
                hint="give a larger --line-limit, or split the network",
            )
        else:
            half = len(cidrs) // 2
            waiting += [cidrs[half:], cidrs[:half]]
    return lines
