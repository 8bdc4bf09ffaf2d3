"""What the verbs of `limner publish` that write files have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from limner import settings
from limner.cli import say
from limner.cli.share import Share
from limner.errors import LimnerError, SettingsError
from limner.library import Library, open_library
from limner.publish.files import Report, publish, target_of
from limner.settings import Files, Settings

LISTS = ("added", "changed", "mended", "removed")


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options that all of them have."""
    for option in reversed(
        (
            say.config,
            click.option("--name", "only", multiple=True, help="Only this [[publish]] table; may be repeated."),
            click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing."),
            click.option("--adopt", is_flag=True, help="Replace files with such names that limner did not write."),
            click.option("--max-removals", type=Share(), help="Share of the files that may be removed, such as 25%."),
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
    *,
    only: Sequence[str],
    dry_run: bool,
    adopt: bool,
    max_removals: float | None,
    as_json: bool,
) -> None:
    """Publish what the tables of a kind ask for, one after the other, and say what became of it."""
    loaded = settings.load(file)
    tables = _chosen(loaded, kind, only)
    library = open_library(loaded.place, readonly=True)
    try:
        with say.progress() as tell:
            reports = [
                _publish(library, table, dry_run=dry_run, adopt=adopt, max_removals=max_removals, tell=tell)
                for table in tables
            ]
    finally:
        library.close()
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


def _publish(library: Library, table: Files, **how: Any) -> Report:
    try:
        return publish(library, table, target_of(table), **how)
    except LimnerError as why:
        return Report(table.label, table.place, failed=why.message, hint=why.hint)


def _chosen(loaded: Settings, kind: str, only: Sequence[str]) -> list[Files]:
    tables = [table for table in loaded.publish if isinstance(table, Files) and table.kind == kind]
    if not tables:
        raise SettingsError(
            f'the settings have no [[publish]] with kind = "{kind}"', hint="docs/files-only.md says how to write one"
        )
    labels = [table.label for table in tables]
    unknown = [name for name in only if name not in labels]
    if unknown:
        raise click.UsageError(f"there is no table {unknown[0]!r}; there are: {', '.join(labels)}")
    return [table for table in tables if not only or table.label in only]


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
