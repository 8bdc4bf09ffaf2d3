"""`limner people`: who is in the library."""

from __future__ import annotations

from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.library import Record, open_library


@click.command("people")
@say.config
@click.option("--missing", is_flag=True, help="Only those without a photo.")
@say.as_json
def command(file: Path | None, missing: bool, as_json: bool) -> None:
    """List the people in the library, by name."""
    library = open_library(settings.load(file).library, readonly=True)
    try:
        records = [record for _, record in library.people() if not (missing and record.digest)]
    finally:
        library.close()
    if as_json:
        say.print_json([as_dict(record) for record in records])
    elif records:
        rows = ((r.person.display, r.person.label, "yes" if r.digest else "no", r.source) for r in records)
        say.print_table(rows, ("name", "known as", "photo", "source"))
    else:
        say.tell("nobody is missing a photo" if missing else "the library is empty")


def as_dict(record: Record) -> dict[str, object]:
    """Give a record as JSON prints it."""
    person = record.person
    return {
        "name": person.display,
        "mails": list(person.mails),
        "uid": person.uid,
        "dn": person.dn,
        "key": person.key,
        "userid": person.userid,
        "photo": record.digest is not None,
        "modified": record.modified or None,
        "source": record.source,
        "origin": record.origin,
    }
