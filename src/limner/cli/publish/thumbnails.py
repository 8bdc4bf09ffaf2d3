"""`limner publish thumbnails`: photos for those who have none in their directory entry."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import write_back
from limner.publish.thumbnails import Photos


@click.command("thumbnails", short_help="Write photos into the directory entries that have none.")
@write_back.options
def command(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    dry_run: bool,
    max_changes: float | None,
    as_json: bool,
) -> None:
    """Write photos, small enough for the directory, into the entries that have none: thumbnailPhoto or jpegPhoto.

    What is there already is replaced only with `overwrite = true`. A photo that came from the very attribute is never
    written back into it; people who are hidden are left out. An undo file is written first. Exit status 1: the
    directory refused some entries; 2: it could not be done.
    """
    write_back.run(
        ctx,
        file,
        "thumbnails",
        lambda table, library, loaded: Photos(table, library, loaded.source),
        only=only,
        dry_run=dry_run,
        max_changes=max_changes,
        as_json=as_json,
    )
