"""`limner library backup` and `limner library restore`: the library as one file, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.errors import LibraryError
from limner.library import Count, EmbeddedLibrary
from limner.library.embedded import backup as copies


@click.command("backup", short_help="Copy the library to one file, while it is used.")
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path))
@say.config
@say.as_json
def backup(to: Path, file: Path | None, as_json: bool) -> None:
    """Copy the library to FILE, while it is used, and verify the copy; in a folder, to a file named for the time.

    FILE appears when it is whole. Nothing is replaced.
    """
    folder = _folder(file)
    if to.is_dir():
        to /= f"limner-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup"
    library = EmbeddedLibrary(str(folder), readonly=True)
    try:
        with say.progress() as tell:
            count = copies.backup(library, to, tell)
    finally:
        library.close()
    if as_json:
        say.print_json({"file": str(to), **_numbers(count), "size": to.stat().st_size})
    else:
        say.echo(f"{to}: {_words(count)}")


@click.command("restore", short_help="Take the library from a backup.")
@click.argument("backup", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put the library that is there aside.")
@click.option("--dry-run", is_flag=True, help="Verify the backup, and leave the library as it is.")
@say.config
@say.as_json
def restore(backup: Path, replace: bool, dry_run: bool, file: Path | None, as_json: bool) -> None:
    """Take the library from the backup in FILE. The door must be closed, and no sync may run.

    The backup is verified first. A library that is there stays as it is, or is put aside with --replace.
    """
    folder = _folder(file)
    aside: Path | None = None
    with say.progress() as tell:
        if dry_run:
            count = copies.verify(backup, folder, tell)
        else:
            done = copies.restore(backup, folder, tell, replace=replace)
            count, aside = done.count, done.aside
    if as_json:
        told = {"library": str(folder), **_numbers(count), "aside": str(aside) if aside else None, "dry_run": dry_run}
        say.print_json(told)
        return
    say.echo(f"{_words(count)}: {'sound (dry run: nothing was done)' if dry_run else 'restored'}")
    if aside:
        say.tell(f"the library that was there is {aside}; delete it when all is well")


def _folder(file: Path | None) -> Path:
    place = settings.load(file).place
    if not isinstance(place, Path):
        raise LibraryError(
            "the library is in PostgreSQL, which has tools of its own for this",
            hint="`pg_dump`, and a copy of the place of the pictures: docs/backup.md",
        )
    return place


def _numbers(count: Count) -> dict[str, int]:
    return {"people": count.people, "with_photo": count.with_photo, "pictures": count.pictures}


def _words(count: Count) -> str:
    return f"{count.people} people, {count.with_photo} with a photo, {count.pictures} pictures"
