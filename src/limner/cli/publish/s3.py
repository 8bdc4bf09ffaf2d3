"""`limner publish s3`: write photos as objects into a store that speaks S3."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import files


@click.command("s3", short_help="Write photos as objects into an S3 store.")
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
    """Write photos as objects into a store that speaks S3, as [[publish]] says.

    Only what changed is written, also where somebody else changed a file; each appears whole. Files of people who
    left are removed. A file that limner did not write is left as it is. Exit status 1: some files could not be
    written, or are in the way; 2: it could not be done.
    """
    files.run(ctx, file, "s3", only=only, dry_run=dry_run, adopt=adopt, max_removals=max_removals, as_json=as_json)
