"""`limner sync`: photos from the sources into the library."""

from __future__ import annotations

import time
from pathlib import Path

import click

from limner import settings, sync
from limner.cli import say
from limner.library import open_library
from limner.sync import Report


class Share(click.ParamType[float]):
    """A share as `12%` or `0.12`."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value)
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f"{text!r} is not a share; write 25% or 0.25", param, ctx)
        return share


@click.command("sync")
@say.config
@click.option("--source", "only", multiple=True, help="Sync this source only; can be given several times.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--max-removals", type=Share(), help="Share of a source's people that may be removed, such as 25%.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    dry_run: bool,
    max_removals: float | None,
    as_json: bool,
) -> None:
    """Bring the library up to date with its sources: add, change and remove photos.

    Exit status 1: done, but some files were refused; 2: a source could not be read, or the sync was not done.
    """
    loaded = settings.load(file)
    _check_sources(loaded, only)
    library = open_library(loaded.library, create=True)
    started = time.monotonic()
    try:
        with say.progress() as tell:
            reports = sync.run(library, loaded, only=only, dry_run=dry_run, max_removals=max_removals, tell=tell)
        known = library.sources()
    finally:
        library.close()
    seconds = time.monotonic() - started
    if as_json:
        say.print_json(_as_dict(reports, seconds, dry_run=dry_run))
    else:
        for report in reports:
            _print(report, dry_run=dry_run)
        orphans = sorted(set(known) - {source.label for source in loaded.source} - {sync.HAND})
        for name in orphans:
            say.warn(f"{known[name]} people are from {name!r}, which is no source any more; they are kept")
    if any(report.failed for report in reports):
        ctx.exit(2)
    if any(report.refused for report in reports):
        ctx.exit(1)


def _check_sources(loaded: settings.Settings, only: tuple[str, ...]) -> None:
    labels = [source.label for source in loaded.source]
    if not labels:
        raise click.UsageError("the settings name no source; add a [[source]]")
    unknown = [name for name in only if name not in labels]
    if unknown:
        raise click.UsageError(f"there is no source {unknown[0]!r}; there are: {', '.join(labels)}")


def _as_dict(reports: list[Report], seconds: float, *, dry_run: bool) -> dict[str, object]:
    """Give all reports as one: people of all sources together, and each source by itself."""
    parts = [report.as_dict() for report in reports]
    lists = ("added", "changed", "removed", "shadowed", "refused", "ignored")
    whole: dict[str, object] = {name: [each for part in parts for each in part[name]] for name in lists}  # type: ignore[attr-defined]  # these are lists
    whole["kept"] = sum(report.kept for report in reports)
    return {"dry_run": dry_run, "seconds": round(seconds, 3), **whole, "sources": parts}


def _print(report: Report, *, dry_run: bool) -> None:
    if report.failed:
        say.complain(report.failed)
        return
    for refused in report.refused:
        click.echo(f"refused: {refused.where}: {refused.reason}")
    if dry_run:
        for word in ("added", "changed", "removed", "shadowed"):
            for label in getattr(report, word):
                click.echo(f"would be {word}: {label}")
    counts = [(len(report.added), "added"), (len(report.changed), "changed"), (len(report.removed), "removed")]
    counts += [(report.kept, "unchanged")]
    counts += [(len(report.shadowed), "outranked"), (len(report.refused), "refused"), (len(report.ignored), "ignored")]
    shown = ", ".join(f"{count} {word}" for count, word in counts if count or word in ("added", "unchanged"))
    click.echo(f"{report.source}: {shown}{' (dry run: nothing was done)' if dry_run else ''}")
