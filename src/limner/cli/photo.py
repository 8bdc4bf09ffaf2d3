"""`limner photo`: one person's photo, by hand."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from limner import people, settings
from limner.cli import say
from limner.cli.people import as_dict
from limner.errors import LibraryError, NameTakenError
from limner.library import HAND, Library, Record, open_library
from limner.people import Person
from limner.picture import LADDER, Limits, portrait

face = click.argument("face", metavar="FACE")


@click.group("photo")
def command() -> None:
    """One person's photo. FACE is a mail address, user name, distinguished name, key or hash."""


@command.command("add")
@face
@click.argument("picture", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--name", help="The person's name, for people to read.")
@say.config
def add(face: str, picture: Path, name: str | None, file: Path | None) -> None:
    """Show the picture in FILE for somebody; it outranks every source."""
    loaded = settings.load(file)
    made = portrait(picture, Limits(loaded.sync.picture_bytes, loaded.sync.picture_pixels))
    library = open_library(loaded.library, create=True)
    try:
        known = _find(library, face)
        person = known.person if known else _person(face)
        if name:
            person = Person.of(mails=person.mails, uid=person.uid, dn=person.dn, key=person.key, name=name)
        record = Record(person, HAND, person.label, modified=int(time.time()), digest=made.digest)
        with library.batch() as batch:
            while True:
                try:
                    batch.put(record, made)
                    break
                except NameTakenError as why:
                    batch.remove(why.source, why.origin)
    finally:
        library.close()
    say.tell(f"{person.label} shows {picture.name} ({made.width} x {made.height} pixels) from now on")


@command.command("show")
@face
@click.option("--size", type=click.IntRange(1, 2048), default=LADDER[-1], help="Pixels of a side.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the JPEG there; - is stdout."
)
@say.config
@say.as_json
@click.pass_context
def show(ctx: click.Context, face: str, size: int, output: Path | None, file: Path | None, as_json: bool) -> None:
    """Say what the library has of somebody. Exit status 1: nobody is known by that name, or there is no photo."""
    library = open_library(settings.load(file).library)
    try:
        key, record = _lookup(library, face)
        rendition = library.rendition(key, size)
    finally:
        library.close()
    if output is not None and rendition is not None:
        if str(output) == "-":
            sys.stdout.buffer.write(rendition.body)
        else:
            output.write_bytes(rendition.body)
    elif as_json:
        say.print_json(as_dict(record) | {"etag": rendition.etag if rendition else None})
    else:
        say.print_table(("", ""), [(name, _text(value)) for name, value in as_dict(record).items() if value])
    if rendition is None:
        ctx.exit(1)


@command.command("remove")
@face
@say.config
def remove(face: str, file: Path | None) -> None:
    """Remove somebody from the library, with their photo."""
    loaded = settings.load(file)
    library = open_library(loaded.library)
    try:
        _, record = _lookup(library, face)
        with library.batch() as batch:
            batch.remove(record.source, record.origin)
    finally:
        library.close()
    say.tell(f"{record.person.label} is removed")
    if record.source != HAND:
        say.warn(f"the next sync brings them back while {record.source!r} has their photo")
    elif loaded.source:
        say.tell("what a source has of them shows after the next sync")


def _find(library: Library, face: str) -> Record | None:
    return next((record for key in people.by_any(face) if (record := library.find(key))), None)


def _lookup(library: Library, face: str) -> tuple[bytes, Record]:
    for key in people.by_any(face):
        record = library.find(key)
        if record is not None:
            return key, record
    raise LibraryError(f"nobody in the library goes by {face!r}", hint="`limner people` lists who is there")


def _person(face: str) -> Person:
    if "@" in face:
        return Person.of(mails=(face,))
    return Person.of(dn=face) if "=" in face else Person.of(uid=face)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "yes" if value is True else str(value)
