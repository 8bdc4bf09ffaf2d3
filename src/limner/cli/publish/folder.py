"""`limner publish folder`: write photos as files into a folder of this machine."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import files


@click.command("folder", short_help="Write photos as files into a folder.")
@files.options
def command(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    dry_run: bool,
    adopt: bool,
    max_removals: float | None,
    as_json: bool,
) -> None:
    """Write photos as files into a folder of this machine, as [[publish]] says.

    Only what changed is written, also where somebody else changed a file; each appears whole. Files of people who
    left are removed. A file that limner did not write is left as it is. Exit status 1: some files could not be
    written, or are in the way; 2: it could not be done.
    """
    files.run(ctx, file, "folder", only=only, dry_run=dry_run, adopt=adopt, max_removals=max_removals, as_json=as_json)
