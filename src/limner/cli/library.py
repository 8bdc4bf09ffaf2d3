"""`limner library`: the library itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.cli.noun import Noun
from limner.library import Library, is_there, open_library
from limner.library import move as moving
from limner.settings import Settings, SharedPlace
from limner.settings.shared import IN_DATABASE, library_place, pictures_place


@click.group("library", cls=Noun)
def command() -> None:
    """Look after the library itself."""


@command.command("check")
@click.option("--replica", is_flag=True, help="Check this machine's replica of a shared library instead.")
@say.config
@say.as_json
@click.pass_context
def check(ctx: click.Context, replica: bool, file: Path | None, as_json: bool) -> None:
    """Verify every record of the library. Exit status 1: something is damaged."""
    loaded = settings.load(file)
    place = loaded.local if replica else loaded.place
    library = open_library(place, readonly=True)
    try:
        faults = list(library.check())
        count = library.count()
        digest = moving.digest(library) if as_json and not faults else None
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
                "digest": digest,
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
            else "stop the door and delete data.mdb in its folder: `limner serve` fills it again"
            if replica
            else "restore what is damaged from its backup: the database, or the place of the pictures",
        )
        ctx.exit(1)


@command.command("move", short_help="Copy the library to another place, and verify it there.")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--pictures", default=None, help="Where the one in PostgreSQL has its pictures; else as set.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@say.config
@say.as_json
def move(source: str, target: str, pictures: str | None, dry_run: bool, file: Path | None, as_json: bool) -> None:
    """Make the library at TO be as the one at FROM is, while it is used; each is a folder or a postgresql:// address.

    What TO has and FROM has not is removed. Interrupted, it goes on when it is run again. At the end both are compared:
    all that they say, and every picture. Then change the settings, and run it once more for what came meanwhile.
    """
    loaded = settings.load(file)
    places = [_place(text, pictures, loaded) for text in (source, target)]
    if places[0] == places[1]:
        raise click.UsageError("FROM and TO are the same place")
    one = open_library(places[0])
    try:
        if dry_run:
            _tell_differences(one, places[1], as_json=as_json)
            return
        other = open_library(places[1], create=True)
        try:
            with say.progress() as tell:
                done = moving.move(one, other, tell)
        finally:
            other.close()
    finally:
        one.close()
    if as_json:
        say.print_json(dataclasses.asdict(done))
    else:
        say.echo(f"{done.written} people written, {done.removed} removed, {done.pictures} pictures copied")
        say.echo(f"both are the same: {done.digest}")


def _place(text: str, pictures: str | None, loaded: Settings) -> Path | SharedPlace:
    try:
        place = library_place(text)
        wanted = pictures_place(pictures if pictures is not None else loaded.pictures)
    except ValueError as why:
        raise click.UsageError(str(why)) from None
    if isinstance(place, Path):
        return place.expanduser().absolute()
    return SharedPlace(place, wanted or IN_DATABASE, loaded.shared)


def _tell_differences(source: Library, place: Path | SharedPlace, *, as_json: bool) -> None:
    target = open_library(place, readonly=True) if is_there(place) else None
    try:
        written, removed = moving.differences(source, target)
    finally:
        if target is not None:
            target.close()
    if as_json:
        say.print_json({"written": written, "removed": removed, "dry_run": True})
    else:
        say.echo(f"{written} people would be written, {removed} removed (dry run: nothing was done)")
