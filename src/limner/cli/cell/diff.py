"""`limner cell diff`: what changed between two cells or two moments, in terms of TLS."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from limner.cli import say

if TYPE_CHECKING:
    from limner.cell.diff import Change
    from limner.cell.model import Cell

_place = click.Path(path_type=Path)


@click.command("diff")
@click.argument("one", metavar="A", type=_place)
@click.argument("other", metavar="[B]", type=_place, required=False)
@say.as_json
@click.pass_context
def command(ctx: click.Context, one: Path, other: Path | None, as_json: bool) -> None:
    """Tell what changed from cell A to cell B: settings, certificates, ports, and what counts in the end.

    A and B are as `limner cell show` takes them; a node's profile is one too: against the deployment manager's it
    tells what the node has not got yet. Without B, A is a delta checkpoint, whose halves are compared. Exit status 1:
    they differ.
    """
    from limner.cell.diff import compare

    before, after = _read(one, other)
    changes = compare(before, after)
    if as_json:
        say.print_json({"same": not changes, "changes": [each.as_dict() for each in changes]})
    elif changes:
        _print(changes)
    else:
        say.echo("nothing of TLS differs")
    if changes:
        ctx.exit(1)


def _read(one: Path, other: Path | None) -> tuple[Cell, Cell]:
    from limner.cell.reading import read_cell

    if other is None:
        return read_cell(one, side="before"), read_cell(one, side="after")
    return read_cell(one), read_cell(other)


def _print(changes: list[Change]) -> None:
    from limner.cell.diff import OUTCOME

    for kind, group in groupby(changes, lambda each: each.kind):
        say.echo(kind)
        if kind == OUTCOME:
            _print_outcome(list(group))
        else:
            for each in group:
                say.echo(f"  {_line(each)}")
        say.echo("")


def _print_outcome(changes: list[Change]) -> None:
    """Print what changed for processes, each change once, with the processes that it is for."""
    by_line: dict[str, list[str]] = {}
    for change in changes:
        by_line.setdefault(change.name, []).append(_what(change))
    by_change: dict[tuple[str, ...], list[str]] = {}
    for name, same in by_line.items():
        by_change.setdefault(tuple(same), []).append(name)
    for whats, names in by_change.items():
        for what in whats:
            say.echo(f"  {what}")
        for process, places in groupby((name.partition(": ") for name in names), lambda parts: parts[0]):
            ways = groupby((place.partition(" ") for _, _, place in places), lambda parts: parts[0])
            spelt = "; ".join(f"{way} {', '.join(where for _, _, where in group)}" for way, group in ways)
            say.echo(f"      {process}: {spelt}")


def _line(change: Change) -> str:
    if change.attribute:
        return f"~ {change.name}: {change.attribute} {change.before or 'nothing'} -> {change.after or 'nothing'}"
    return f"- {change.name}: {change.before}" if change.after is None else f"+ {change.name}: {change.after}"


def _what(change: Change) -> str:
    if change.attribute:
        return f"~ {change.attribute}: {change.before or 'nothing'} -> {change.after or 'nothing'}"
    return f"- {change.before}" if change.after is None else f"+ {change.after}"
