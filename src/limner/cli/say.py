"""How the command line speaks: errors and hints, tables, JSON, progress."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from limner.sync import Progress as Tell

config = click.option(
    "-c",
    "--config",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file; else $LIMNER_CONFIG, else ./limner.toml.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def complain(message: str, hint: str | None = None) -> None:
    """Say what is wrong, a line for each line of the message, and what to do."""
    for line in message.splitlines():
        click.echo(f"limner: error: {line}", err=True)
    if hint:
        click.echo(f"limner: hint: {hint}", err=True)


def warn(message: str) -> None:
    """Say something that should be known."""
    click.echo(f"limner: warning: {message}", err=True)


def tell(message: str) -> None:
    """Say what is going on."""
    click.echo(f"limner: {message}", err=True)


def print_json(value: object) -> None:
    """Print a result for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a result for people; texts are shown as they are, whatever markup or control characters they hold."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(
            *(
                Text("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cell))
                for cell in row
            )
        )
    Console(highlight=False).print(table)


@contextmanager
def progress() -> Iterator[Tell]:
    """Show a progress bar on standard error, if a person looks on."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks = {}

        def show(what: str, done: int, of: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield show
