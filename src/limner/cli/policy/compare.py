"""`limner policy compare`: do two policies decide alike, whatever they are written in?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import NoReturn

import click

from limner import settings
from limner.cli import say
from limner.cli.policy.export import written_again
from limner.errors import LimnerError
from limner.gateway.compare import Comparison, Witness, compare, compare_in_part
from limner.gateway.export import head
from limner.gateway.meaning import NOBODY, Meaning, meaning_of
from limner.gateway.reading import expression, kinds
from limner.gateway.reading.reading import Reading, decoded, raw_of


@click.command("compare", short_help="Say whether two policies let in the same visitors.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--direct", is_flag=True, help="Visitors reach the servers themselves: proxies do not count.")
@say.as_json
@click.pass_context
def command(ctx: click.Context, a: str, b: str, direct: bool, as_json: bool) -> None:
    """Say whether A and B let in the same visitors, and show a visitor for each "no". Exit status 1: they do not.

    A and B are settings files of limner's, exported configurations, or other configurations of Apache, IHS, nginx,
    HAProxy or Caddy. What a file is, is told from its text; apache:FILE, nginx:FILE, haproxy:FILE, caddy:FILE and
    limner:FILE say it. What is not understood in one is named, and then nothing is said of it; but whether an exported
    configuration that asks limner is what settings give, byte for byte, is said.
    """
    sides = [_side(where) for where in (a, b)]
    found, remark = _compared(sides, direct=direct)
    if as_json:
        say.print_json(
            {
                "relation": found.relation,
                "only_a": None if found.only_a is None else found.only_a.as_dict(),
                "only_b": None if found.only_b is None else found.only_b.as_dict(),
                "proxies_differ": found.proxies_differ,
                "remark": remark,
            }
        )
    else:
        say.echo(_SAID[found.relation])
        _print("A", found.only_a)
        _print("B", found.only_b)
        if found.proxies_differ:
            say.echo("  they do not trust the same proxies (--direct leaves that out)")
        if remark:
            say.echo(f"  {remark}")
    if found.relation != "equivalent":
        ctx.exit(1)


_SAID = {
    "equivalent": "equivalent: A and B let in the same visitors",
    "A implies B": "A implies B: whom A lets in, B does too, but not the other way round",
    "B implies A": "B implies A: whom B lets in, A does too, but not the other way round",
    "neither": "neither: A and B decide differently",
    "not equivalent": "not equivalent: A and B decide differently",
}
_SAME = "limner is asked about the others: this holds where the limner that is asked has these settings"


@dataclass(frozen=True, slots=True)
class _Side:
    """A file that is compared: settings, or a configuration that was read, with its bytes."""

    file: Path
    settings: settings.Settings | None = None
    reading: Reading | None = None
    raw: bytes = b""

    @property
    def head(self) -> tuple[str, list[str]] | None:
        """How limner wrote it, if that stands there: the target and the options."""
        return head.read(decoded(self.raw, str(self.file)))

    def meaning(self) -> Meaning:
        """Give what it means. Raises NotReadError."""
        if self.settings is not None:
            return meaning_of(self.settings.policy)
        assert self.reading is not None
        return expression.meaning_of(self.reading.lets_in, self.reading.proxies)


def _print(which: str, witness: Witness | None) -> None:
    if witness is not None:
        say.echo(f"  only {which} lets in {witness}")


def _side(where: str) -> _Side:
    """Read a file. Raises LimnerError."""
    kind, file = kinds.split(where)
    if kind is None and file.suffix == ".toml":
        kind = kinds.LIMNER
    if kind == kinds.LIMNER:
        return _Side(file, settings.load(file))
    raw = raw_of(file)  # once: it may be a pipe
    text = decoded(raw, str(file))
    kind = kind or kinds.kind_of(text, str(file))
    if kind == kinds.LIMNER:
        return _Side(file, settings.parse(text.encode(), file))
    return _Side(file, None, kinds.READERS[kind](text, str(file)), raw)


def _compared(sides: list[_Side], *, direct: bool) -> tuple[Comparison, str | None]:
    """Compare two files, and give what should be known about it. Raises LimnerError."""
    a, b = sides
    if a.reading and b.reading and a.reading.kind == b.reading.kind and a.raw == b.raw and a.head:
        return Comparison(None, None, proxies_differ=False), None
    meanings: list[Meaning] = []
    for side, other in ((a, b), (b, a)):
        try:
            meanings.append(side.meaning())
        except expression.NotReadError as why:
            if other.settings is not None and side.head is not None:
                return _compared_as_written(other, side, why, in_b=side is b, direct=direct)
            _refuse(side, why)
    if direct:
        meanings = [replace(meaning, proxies=NOBODY) for meaning in meanings]
    return compare(*meanings), None


def _compared_as_written(
    given: _Side, side: _Side, unread: expression.NotReadError, *, in_b: bool, direct: bool
) -> tuple[Comparison, str | None]:
    """Compare settings with a configuration that is not understood as a whole: is it what these settings give?"""
    assert given.settings is not None
    assert side.reading is not None
    assert side.head is not None
    trusts = bool(given.meaning().proxies) and not direct
    try:
        again = written_again(given.settings, *side.head).encode()
    except LimnerError as why:
        differs = f"{side.file} is not what {given.file} gives: {why.message}"
    else:
        if again == side.raw:
            asks = any(isinstance(leaf, expression.Unknown) for leaf in expression.leaves(side.reading.lets_in))
            return Comparison(None, None, proxies_differ=trusts), _SAME if asks else None
        differs = f"{side.file} is not what {given.file} gives: {_first_difference(side.raw, again)}"
    found = replace(compare_in_part(given.meaning(), side.reading.lets_in), proxies_differ=trusts)
    if found.relation == "unknown":
        unknown = f"whether they decide alike is not known: {unread.message}"
        raise LimnerError(f"{differs}\n{unknown}", hint=_WRITE_AGAIN)
    return found if in_b else replace(found, only_a=found.only_b, only_b=found.only_a), differs


def _first_difference(raw: bytes, again: bytes) -> str:
    """Say where a file, and what it should be, part."""
    pairs = zip_longest(raw.split(b"\n"), again.split(b"\n"))
    number, (one, other) = next((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    is_, should = ("nothing" if line is None else repr(line.decode("utf-8", "replace")) for line in (one, other))
    return f"line {number} is {is_:.200}, not {should:.200}"


_WRITE_AGAIN = "write it again from the settings, with the same options, and see what differs"


def _refuse(side: _Side, why: expression.NotReadError) -> NoReturn:
    """Say what was not understood, and what is doubtful beside. Raises NotReadError."""
    for remark in side.reading.remarks if side.reading else ():
        if remark.doubtful:
            say.warn(f"{side.file}, line {remark.line}: {remark.message}")
    hint = why.hint or (f"limner wrote the file: {_WRITE_AGAIN}" if EXPORTED in side.raw else None)
    raise expression.NotReadError(_placed(why.message, str(side.file)), hint=hint) from None


EXPORTED = b"# Policy: sha256 "  # as an export says of which settings it was written


def _placed(message: str, file: str) -> str:
    return message if message.startswith(file) else f"{file}: {message}"
