"""What the verbs of `limner publish` that write into a directory have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from limner import settings
from limner.cli import publishing, say
from limner.cli.share import Share
from limner.errors import LimnerError
from limner.library import Library
from limner.publish.report import Report
from limner.publish.values import Values
from limner.publish.write_back import write_back
from limner.settings import PhotoUrl, Settings, Thumbnails

Table = PhotoUrl | Thumbnails


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options that all of them have."""
    for option in reversed(
        (
            say.config,
            click.option("--name", "only", multiple=True, help="Only this [[publish]] table; may be repeated."),
            click.option("--dry-run", is_flag=True, help="Print as LDIF what would change, and change nothing."),
            click.option(
                "--max-changes",
                type=Share(),
                help="Share of people whose values may be replaced or taken back, such as 25%.",
            ),
            say.as_json,
            click.pass_context,
        )
    ):
        command = option(command)
    return command


def run(
    ctx: click.Context,
    file: Path | None,
    kind: str,
    values: Callable[[Any, Library, Settings], Values],
    *,
    only: Sequence[str],
    dry_run: bool,
    max_changes: float | None,
    as_json: bool,
) -> None:
    """Write what the tables of a kind ask for, one table after the other, and say what became of it."""
    loaded = settings.load(file)
    tables = publishing.chosen(loaded, kind, only, "docs/write-back.md")
    show = (lambda ldif: None) if as_json else _show
    with say.progress() as tell:

        def work(table: Table, library: Library) -> Report:
            made = values(table, library, loaded)
            how: dict[str, Any] = {"tell": tell, "show": show, "announce": _announce}
            return write_back(library, table, made, dry_run=dry_run, max_changes=max_changes, **how)

        reports = [
            publishing.publish(loaded, table, partial(work, table), partial(_failed, table), dry_run=dry_run)
            for table in tables
            if isinstance(table, Table)
        ]
    if as_json:
        say.print_json({"dry_run": dry_run, "tables": [report.as_dict() for report in reports]})
    for report in reports:
        _tell(report, dry_run=dry_run, as_json=as_json)
    if any(report.failed for report in reports):
        ctx.exit(2)
    if any(report.refused for report in reports):
        ctx.exit(1)


def _failed(table: Table, why: LimnerError) -> Report:
    return Report(table.label, "", failed=why.message, hint=why.hint)


def _announce(undo: Path) -> None:
    say.tell(f"to undo this: ldapmodify -c -f {undo}, with -H, -D and -W as usual")


def _show(ldif: str) -> None:
    for line in ldif.split("\n")[:-1]:
        say.echo(line)


def _tell(report: Report, *, dry_run: bool, as_json: bool) -> None:
    """Say what became of a table; in a dry run, standard output is LDIF alone."""
    say_it = say.tell if dry_run else say.echo
    if not as_json:
        for one in report.left_out:
            say_it(f"left out: {one.where}: {one.reason}")
        for one in report.refused:
            say_it(f"refused: {one.where}: {one.reason}")
        if not report.failed or report.undo:
            say_it(f"{report.name}: {_counts(report)}{' (dry run: nothing was done)' if dry_run else ''}")
    if report.failed:
        say.complain(f"{report.name}: {report.failed}", report.hint)


def _counts(report: Report) -> str:
    counts = [(len(report.added), "added"), (len(report.replaced), "replaced"), (report.unchanged, "unchanged")]
    more = [(len(report.removed), "taken back"), (report.unknown, "without a photo in the library")]
    more += [(len(report.left_out), "left out"), (len(report.refused), "refused")]
    return ", ".join(f"{count} {word}" for count, word in [*counts, *(one for one in more if one[0])])
