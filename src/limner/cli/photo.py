"""`limner photo`: one person's photo, by hand."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import click

from limner import people, settings, sync
from limner.cli import say
from limner.cli.noun import Noun
from limner.cli.people import as_dict
from limner.errors import LibraryError, LimnerError, NameFormError, PictureError
from limner.library import AUDIENCES, HAND, Library, Record, open_library
from limner.people import Person
from limner.picture import LADDER, Limits, Portrait, portrait

FROM = {"guests": AUDIENCES[1], "everybody": AUDIENCES[2]}  # hidden from whom -> shown to whom
NOBODY = "`limner people` lists who is there"
face = click.argument("face", metavar="FACE")


@click.group("photo", cls=Noun)
def command() -> None:
    """One person's photo. FACE is a mail address, user name, distinguished name, key or hash."""


@command.command("add")
@face
@click.argument("picture", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--name", help="The person's name, for people to read.")
@say.config
@say.as_json
def add(face: str, picture: Path, name: str | None, file: Path | None, as_json: bool) -> None:
    """Show the picture in FILE for somebody; it outranks every source."""
    loaded = settings.load(file)
    made = _portrait(picture, Limits(loaded.sync.picture_bytes, loaded.sync.picture_pixels))
    library = open_library(loaded.place, create=True)
    try:
        known = _find(library, face)
        person = known[1].person if known else _person(face)
        if name:
            person = replace(person, name=Person.of(uid="x", name=name).name)
        now = int(time.time())
        part = Record(person, HAND, person.label, modified=now, dated=now, digest=made.digest)
        with library.batch() as batch:
            others = [(each.source, each.origin) for each in _by_hand(known)]
            record = sync.arrange(batch, sync.rules_of(loaded), put=part, portrait=made, gone=others) or part
    finally:
        library.close()
    if as_json:
        say.print_json(as_dict(record))
    say.tell(f"{person.label} shows {picture.name} ({made.width} x {made.height} pixels) from now on")


@command.command("show")
@face
@click.option("--size", type=click.IntRange(1, 2048), default=LADDER[-1], help="Pixels of a side, for -o.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the photo there, as JPEG; - is stdout.")
@say.config
@say.as_json
@click.pass_context
def show(ctx: click.Context, face: str, size: int, output: Path | None, file: Path | None, as_json: bool) -> None:
    """Say what the library has of somebody. Exit status 1: nobody is known by that name, or there is no photo."""
    to_stdout = output is not None and str(output) == "-"
    if to_stdout and as_json:
        raise click.UsageError("the photo and JSON cannot both go to standard output")
    library = open_library(settings.load(file).place, readonly=True)
    try:
        found = _find(library, face)
        rendition = library.rendition(found[0], size) if found else None
    finally:
        library.close()
    record = found[1] if found else None
    if as_json:
        say.print_json(as_dict(record) | {"etag": rendition.etag if rendition else None} if record else None)
    elif record and output is None:
        say.print_table([(name, _text(value)) for name, value in as_dict(record).items() if value])
    if record is None:
        say.complain(_unknown(face), NOBODY)
    elif rendition is None:
        say.complain(f"{record.person.label} has no photo")
    elif to_stdout:
        click.echo(rendition.body, nl=False)
    elif output is not None:
        _write(output, rendition.body)
    if rendition is None:
        ctx.exit(1)


@command.command("remove")
@face
@say.config
@say.as_json
def remove(face: str, file: Path | None, as_json: bool) -> None:
    """Remove somebody from the library, with their photo."""
    loaded = settings.load(file)
    library = open_library(loaded.place)
    try:
        found = _find(library, face)
        if found is None:
            raise LibraryError(_unknown(face), hint=NOBODY)
        record = found[1]
        gone = [(part.source, part.origin) for part in _by_hand(found) or record.parts]
        with library.batch() as batch:
            sync.arrange(batch, sync.rules_of(loaded), gone=gone)
            for source in {source for source, _ in gone} - {HAND}:
                sync.forget_state(batch, source)
        left = library.find(found[0])
    finally:
        library.close()
    if as_json:
        say.print_json(as_dict(record))
    if left is not None:
        say.tell(f"the photo of {record.person.label} that was added by hand is removed; {left.source!r} has them now")
        return
    say.tell(f"{record.person.label} is removed")
    if record.source != HAND:
        say.warn(f"the next sync brings them back while {record.source!r} has their photo")
    elif loaded.source:
        say.tell("what a source has of them shows after the next sync")


@command.command("hide")
@face
@click.option(
    "--from",
    "whom",
    type=click.Choice(list(FROM)),
    required=True,
    help="guests: only insiders see the photo. everybody: it is a placeholder for all, and nobody finds them listed.",
)
@say.config
@say.as_json
def hide(face: str, whom: str, file: Path | None, as_json: bool) -> None:
    """Hide somebody's photo; the next syncs leave it hidden. FACE may be somebody who comes later."""
    _show_to(face, FROM[whom], file, as_json=as_json)


@command.command("unhide")
@face
@say.config
@say.as_json
def unhide(face: str, file: Path | None, as_json: bool) -> None:
    """Show somebody's photo to everyone again whom the policy lets in."""
    _show_to(face, AUDIENCES[0], file, as_json=as_json)


def _show_to(face: str, shown_to: str, file: Path | None, *, as_json: bool) -> None:
    keys = people.by_any(face)
    if not keys:
        raise NameFormError(f"not a name that somebody can go by: {face[:80]!r}")
    library = open_library(settings.load(file).place, create=True)
    try:
        with library.batch() as batch:
            found = batch.hide(keys[:1] if "@" in face else keys, shown_to)
    finally:
        library.close()
    if as_json:
        say.print_json({"shown_to": shown_to, "people": [as_dict(record) for record in found]})
    for record in found:
        say.tell(f"{record.person.label} is shown to {record.shown_to} from now on")
    if not found:
        say.tell(f"{_unknown(face)} yet; whoever does will be shown to {shown_to}")


def _portrait(picture: Path, limits: Limits) -> Portrait:
    try:
        return portrait(picture, limits)
    except PictureError as why:
        raise PictureError(f"{picture}: {why.message}", hint=why.hint) from None


def _by_hand(found: tuple[bytes, Record] | None) -> list[Record]:
    """Give what was added by hand of somebody."""
    return [part for part in found[1].parts if part.source == HAND] if found else []


def _find(library: Library, face: str) -> tuple[bytes, Record] | None:
    """Give the record that a name leads to, with the index key that does."""
    return next(((key, record) for key in people.by_any(face) if (record := library.find(key))), None)


def _unknown(face: str) -> str:
    return f"nobody in the library goes by {face[:80]!r}"


def _person(face: str) -> Person:
    """Make the person that a name says, where nobody in the library goes by it."""
    if "@" in face:
        return Person.of(mails=(face,))
    if "=" in face:
        return Person.of(dn=face)
    try:
        people.by_hash(face)
    except NameFormError:
        return Person.of(uid=face)
    raise NameFormError(f"{_unknown(face)}, and a hash alone names nobody", hint="use the mail address")


def _write(output: Path, body: bytes) -> None:
    try:
        output.write_bytes(body)
    except (OSError, ValueError) as why:
        raise LimnerError(f"cannot write {output}: {why.strerror if isinstance(why, OSError) else why}") from None


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "yes" if value is True else str(value)
