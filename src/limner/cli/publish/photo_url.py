"""`limner publish photo-url`: the address of everybody's photo, into their directory entry."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import write_back
from limner.publish.photo_url import PhotoUrls


@click.command("photo-url", short_help="Write the address of everybody's photo into their directory entry.")
@write_back.options
def command(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    dry_run: bool,
    max_changes: float | None,
    as_json: bool,
) -> None:
    """Write the address of everybody's photo into their directory entry: PhotoURL, as Sametime reads it.

    Only what differs is written, and only for people who have a photo in the library and are not hidden; from others
    it is taken back, if limner wrote it. An undo file is written first. Exit status 1: the directory refused some
    entries; 2: it could not be done.
    """
    write_back.run(
        ctx,
        file,
        "photo-url",
        lambda table, library, loaded: PhotoUrls(table),
        only=only,
        dry_run=dry_run,
        max_changes=max_changes,
        as_json=as_json,
    )
