"""The options by which every `limner cell` command is told where a cell is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

path = click.argument("place", metavar="PATH", type=click.Path(path_type=Path))
nodes = click.option(
    "--node",
    "nodes",
    metavar="[NAME=]PATH",
    multiple=True,
    help="A node's own profile, whose copy of the settings may be older. Can be given several times.",
)


def read_nodes(written: Iterable[str]) -> list[tuple[str, Path]]:
    """Read `--node`: a place, with the node's name before it if the place does not tell."""
    found = []
    for each in written:
        name, equals, place = each.partition("=")
        named = equals and "/" not in name and not Path(each).exists()
        found.append((name, Path(place)) if named else ("", Path(each)))
    return found


def jdk(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--jdk`."""
    return click.option(
        "--jdk",
        metavar="LEVEL",
        help="The level of IBM's SDK that the servers run by, such as 8.0.6.30; decides what protocols mean.",
    )(command)
