"""`limner library`: the library itself."""

from __future__ import annotations

from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.cli.noun import Noun
from limner.library import open_library


@click.group("library", cls=Noun)
def command() -> None:
    """Look after the library itself."""


@command.command("check")
@say.config
@say.as_json
@click.pass_context
def check(ctx: click.Context, file: Path | None, as_json: bool) -> None:
    """Verify every record of the library. Exit status 1: something is damaged."""
    loaded = settings.load(file)
    library = open_library(loaded.place, readonly=True)
    try:
        faults = list(library.check())
        count = library.count()
    finally:
        library.close()
    if as_json:
        say.print_json(
            {
                "sound": not faults,
                "people": count.people,
                "with_photo": count.with_photo,
                "pictures": count.pictures,
                "bytes": count.bytes,
                "faults": [{"where": fault.where, "what": fault.what} for fault in faults],
            }
        )
    else:
        for fault in faults:
            say.echo(f"{fault.where}: {fault.what}")
        state = f"{len(faults)} faults" if faults else "sound"
        say.echo(f"{count.people} people, {count.with_photo} with a photo, {count.pictures} pictures: {state}")
    if faults:
        say.complain(
            "the library is damaged",
            "move its folder away and run `limner sync`: it is filled again from the sources"
            if isinstance(loaded.place, Path)
            else "restore what is damaged from its backup: the database, or the place of the pictures",
        )
        ctx.exit(1)
