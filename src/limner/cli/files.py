"""What the verbs of `limner publish` that write files have in common."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from limner import settings
from limner.cli import publishing, say
from limner.cli.share import Share
from limner.errors import LimnerError
from limner.library import Library
from limner.publish.files import Report, publish, target_of
from limner.settings import Files

HELP = """\
Only what changed is written, also where somebody else changed a file; each appears whole. Files of people who left are
removed. A file that limner did not write is left as it is. Exit status 1: some files could not be written, or are in
the way; 2: it could not be done.
"""
LISTS = ("added", "changed", "mended", "removed")


def verb(kind: str, short: str, what: str) -> click.Command:
    """Give the verb for a kind of place; `short` is its line in lists, `what` the beginning of its help."""

    @click.command(kind, short_help=short, help=f"{what}, as [[publish]] says.\n\n{HELP}")
    @say.config
    @click.option("--name", "only", multiple=True, help="Only this [[publish]] table; may be repeated.")
    @click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
    @click.option("--adopt", is_flag=True, help="Replace files with such names that limner did not write.")
    @click.option("--max-removals", type=Share(), help="Share of the files that may be removed, such as 25%.")
    @say.as_json
    @click.pass_context
    def command(ctx: click.Context, /, **how: Any) -> None:
        run(ctx, how.pop("file"), kind, **how)

    return command


def run(
    ctx: click.Context,
    file: Path | None,
    kind: str,
    *,
    only: Sequence[str],
    dry_run: bool,
    adopt: bool,
    max_removals: float | None,
    as_json: bool,
) -> None:
    """Publish what the tables of a kind ask for, one after the other, and say what became of it."""
    loaded = settings.load(file)
    tables = publishing.chosen(loaded, kind, only, "docs/files-only.md")
    with say.progress() as tell:

        def work(table: Files, library: Library) -> Report:
            how: dict[str, Any] = {"adopt": adopt, "max_removals": max_removals, "tell": tell}
            return publish(library, table, target_of(table), dry_run=dry_run, **how)

        reports = [
            publishing.publish(loaded, table, partial(work, table), partial(_failed, table), dry_run=dry_run)
            for table in tables
            if isinstance(table, Files)
        ]
    if as_json:
        say.print_json({"dry_run": dry_run, "tables": [report.as_dict() for report in reports]})
    for report in reports:
        if not as_json and not report.failed:
            _print(report, dry_run=dry_run)
        if report.failed:
            say.complain(f"{report.name}: {report.failed}", report.hint)
    if any(report.failed for report in reports):
        ctx.exit(2)
    if any(report.wanting for report in reports):
        ctx.exit(1)


def _failed(table: Files, why: LimnerError) -> Report:
    return Report(table.label, table.place, failed=why.message, hint=why.hint)


def _print(report: Report, *, dry_run: bool) -> None:
    for each in report.left_out:
        say.echo(f"left out: {each.where}: {each.reason}")
    for each in report.refused:
        say.echo(f"refused: {each.where}: {each.reason}")
    for path in report.foreign:
        say.echo(f"not limner's, so left as it is: {path}")
    if dry_run:
        for word in LISTS:
            for path in getattr(report, word):
                say.echo(f"would be {word}: {path}")
    elif report.mended:
        say.warn(f"{len(report.mended)} files had been changed or removed by somebody else, or were not finished")
    counts = [(len(getattr(report, word)), word) for word in LISTS] + [(report.kept, "unchanged")]
    more = [(len(report.foreign), "in the way"), (len(report.refused), "refused"), (len(report.left_out), "left out")]
    shown = ", ".join(f"{count} {word}" for count, word in counts + more if count or word in ("added", "unchanged"))
    say.echo(f"{report.name}: {shown}{' (dry run: nothing was done)' if dry_run else ''}")
    if report.foreign:
        say.tell("hint: --adopt, or `replace = true`, takes over files that have limner's names")
