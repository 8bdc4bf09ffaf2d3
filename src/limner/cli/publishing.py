"""What all verbs of `limner publish` that work through tables of the settings have in common."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeVar

import click

from limner.cli import say
from limner.errors import LibraryError, LimnerError, SettingsError
from limner.library import Library, open_library
from limner.publish.lock import BusyError
from limner.publish.results import Outcome, write_result
from limner.settings import Publish, Settings

R = TypeVar("R", bound=Outcome)


def chosen(loaded: Settings, kind: str, only: Sequence[str], guide: str) -> list[Publish]:
    """Give the tables of a kind, or those of them that were asked for by their names. Raises SettingsError."""
    tables = [table for table in loaded.publish if table.kind == kind]
    if not tables:
        raise SettingsError(
            f'the settings have no [[publish]] with kind = "{kind}"', hint=f"{guide} says how to write one"
        )
    labels = [table.label for table in tables]
    unknown = [name for name in only if name not in labels]
    if unknown:
        raise click.UsageError(f"there is no table {unknown[0]!r}; there are: {', '.join(labels)}")
    return [table for table in tables if not only or table.label in only]


def publish(
    loaded: Settings,
    table: Publish,
    act: Callable[[Library], R],
    failed: Callable[[LimnerError], R],
    *,
    dry_run: bool,
) -> R:
    """Publish a table, write down in the library how that ended, and report; `failed` makes a report of an error.

    A dry run is not written down, nor is one that another run of the table kept from beginning. Raises LibraryError:
    there is no library.
    """
    began = time.time()
    with closing(open_library(loaded.place, readonly=True)) as library:
        try:
            report = act(library)
        except BusyError as why:
            return failed(why)
        except LimnerError as why:
            report = failed(why)
    if not dry_run:
        try:
            with closing(open_library(loaded.place)) as library:
                write_result(library, table, report, began, time.time())
        except LibraryError as why:
            say.warn(f"{table.label}: `limner status` will not tell of this run: {why.message}")
    return report
