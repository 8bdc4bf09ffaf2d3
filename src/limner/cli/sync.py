"""`limner sync`: photos from the sources into the library."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from limner import settings, sync
from limner.cli import say
from limner.cli.share import Share
from limner.errors import SettingsError
from limner.library import is_there, open_library
from limner.settings import Settings
from limner.sync import Report

LISTS = ("added", "changed", "removed", "shadowed", "refused", "postponed", "ignored")


@click.command("sync", short_help="Bring photos from the sources into the library.")
@say.config
@click.option("--source", "only", multiple=True, help="Sync this source only; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--full", is_flag=True, help="Read everybody anew, also where only changes would be read.")
@click.option("--max-removals", type=Share(), help="Share of a source's people that may be removed, such as 25%.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    dry_run: bool,
    full: bool,
    max_removals: float | None,
    as_json: bool,
) -> None:
    """Bring the library up to date with its sources: add, change and remove photos.

    Exit status 1: done, but some photos were refused, or could not be fetched; 2: a source could not be read, or the
    sync was not done.
    """
    loaded = settings.load(file)
    _check_sources(loaded, only)
    started = time.monotonic()
    with _somewhere(loaded, dry_run=dry_run) as place:
        library = open_library(place.place, create=True)
        try:
            with say.progress() as tell:
                reports = sync.run(
                    library, place, only=only, dry_run=dry_run, full=full, max_removals=max_removals, tell=tell
                )
            known = library.sources()
        finally:
            library.close()
    if as_json:
        say.print_json(_as_dict(reports, time.monotonic() - started, dry_run=dry_run))
    else:
        for report in reports:
            _print(report, dry_run=dry_run)
    _tell_of_trouble(reports, known, loaded)
    if any(report.failed for report in reports):
        ctx.exit(2)
    if any(report.refused or report.postponed for report in reports):
        ctx.exit(1)


def _check_sources(loaded: Settings, only: tuple[str, ...]) -> None:
    labels = [source.label for source in loaded.source]
    if not labels:
        raise SettingsError("the settings name no source", hint="add a [[source]]; docs/settings.md says how")
    unknown = [name for name in only if name not in labels]
    if unknown:
        raise click.UsageError(f"there is no source {unknown[0]!r}; there are: {', '.join(labels)}")


@contextmanager
def _somewhere(loaded: Settings, *, dry_run: bool) -> Iterator[Settings]:
    """Give the settings; for a dry run without a library, with an empty one that goes away again."""
    if dry_run and not is_there(loaded.place):
        with tempfile.TemporaryDirectory(prefix="limner-") as empty:
            yield loaded.model_copy(update={"library": Path(empty), "pictures": ""})
    else:
        yield loaded


def _as_dict(reports: list[Report], seconds: float, *, dry_run: bool) -> dict[str, object]:
    """Give all reports as one: people of all sources together, and each source by itself."""
    parts = [report.as_dict() for report in reports]
    whole: dict[str, object] = {name: [each for part in parts for each in part[name]] for name in LISTS}  # type: ignore[attr-defined]  # these are lists
    whole["kept"] = sum(report.kept for report in reports)
    return {"dry_run": dry_run, "seconds": round(seconds, 3), **whole, "sources": parts}


def _print(report: Report, *, dry_run: bool) -> None:
    if report.failed:
        return
    for refused in report.refused:
        say.echo(f"refused: {refused.where}: {refused.reason}")
    for reason, count in Counter(late.reason for late in report.postponed).items():
        say.echo(f"not fetched: {count} photos, to be tried again by the next sync: {reason}")
    if dry_run:
        for word in ("added", "changed", "removed", "shadowed"):
            for label in getattr(report, word):
                say.echo(f"would be {'outranked' if word == 'shadowed' else word}: {label}")
    counts = [(len(report.added), "added"), (len(report.changed), "changed"), (len(report.removed), "removed")]
    counts += [(report.kept, "unchanged")]
    counts += [(len(report.shadowed), "outranked"), (len(report.refused), "refused")]
    counts += [(len(report.postponed), "not fetched"), (len(report.ignored), "ignored")]
    shown = ", ".join(f"{count} {word}" for count, word in counts if count or word in ("added", "unchanged"))
    say.echo(f"{report.source}: {shown}{' (dry run: nothing was done)' if dry_run else ''}")


def _tell_of_trouble(reports: list[Report], known: dict[str, int], loaded: Settings) -> None:
    """Say which sources could not be read, and whose people are from a source that is none any more."""
    for report in reports:
        if report.failed:
            say.complain(report.failed, report.hint)
        if report.note:
            say.warn(f"source {report.source!r}: {report.note}")
    for name in sorted(set(known) - {source.label for source in loaded.source} - {sync.HAND}):
        say.warn(f"{known[name]} people are from {name!r}, which is no source any more; they are kept")
