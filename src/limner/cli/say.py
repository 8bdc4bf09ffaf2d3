"""How the command line speaks: results on standard output; errors, hints and progress on standard error.

Names come from anywhere: files, directories, other people. So every text is shown with its control characters, and
whatever else a terminal would obey or hide, replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from limner.sync import Progress as Tell

GAP = "  "  # between columns

config = click.option(
    "-c",
    "--config",
    "file",
    type=click.Path(path_type=Path),
    help="The settings file; else $LIMNER_CONFIG, else ./limner.toml.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def plain(text: str) -> str:
    """Give a text with all that is not a character to look at replaced, so that it is one line and only that."""
    return (
        text
        if text.isprintable()
        else "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    )


def echo(text: str) -> None:
    """Print a line of the result."""
    click.echo(plain(text))


def tell(message: str) -> None:
    """Say what is going on."""
    click.echo(f"limner: {plain(message)}", err=True)


def warn(message: str) -> None:
    """Say something that should be known."""
    tell(f"warning: {message}")


def complain(message: str, hint: str | None = None) -> None:
    """Say what is wrong, a line for each line of the message, and what to do."""
    for line in message.split("\n"):
        tell(f"error: {line}")
    if hint:
        tell(f"hint: {hint}")


def print_json(value: object) -> None:
    """Print a result for programs, in ASCII: what is not, is escaped, and so can neither break nor hide anything."""
    click.echo(json.dumps(value, indent=2))


def print_table(rows: Iterable[Sequence[str]], columns: Sequence[str] = ()) -> None:
    """Print a result for people; `columns` are the headings, if there are any. A row is always one line."""
    from rich.cells import cell_len  # some characters are two columns wide, some none

    shown = [[plain(cell) for cell in row] for row in rows]
    if columns:
        shown.insert(0, list(columns))
    widths = [max(map(cell_len, column)) for column in zip(*shown, strict=True)]
    for at, row in enumerate(shown):
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        line = GAP.join(padded).rstrip()
        click.echo(click.style(line, bold=True) if columns and at == 0 else line)


@contextmanager
def progress() -> Iterator[Tell]:
    """Show a progress bar on standard error, if a person looks on."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, of: None
        return
    text = TextColumn("{task.description}", markup=False)
    with Progress(text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True) as bar:
        tasks = {}

        def show(what: str, done: int, of: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(plain(what), total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield show
