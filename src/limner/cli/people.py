"""`limner people`: who is in the library."""

from __future__ import annotations

from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.library import AUDIENCES, Record, open_library


@click.command("people")
@say.config
@click.option("--missing", is_flag=True, help="Only those without a photo.")
@click.option("--hidden", is_flag=True, help="Only those who are hidden, and hidden names that nobody has.")
@say.as_json
def command(file: Path | None, missing: bool, hidden: bool, as_json: bool) -> None:
    """List the people in the library, by name."""
    library = open_library(settings.load(file).place, readonly=True)
    try:
        records = [
            record
            for _, record in library.people()
            if not (missing and record.digest) and not (hidden and record.shown_to == AUDIENCES[0])
        ]
        nobodys = [(key, shown_to) for key, shown_to, record in library.hidden() if record is None] if hidden else []
    finally:
        library.close()
    if hidden:
        _print_hidden(records, nobodys, as_json=as_json)
        return
    if as_json:
        say.print_json([as_dict(record) for record in records])
    elif records:
        rows = ((r.person.display, r.person.label, "yes" if r.digest else "no", r.source) for r in records)
        say.print_table(rows, ("name", "known as", "photo", "source"))
    else:
        say.tell("nobody is missing a photo" if missing else "the library is empty")


def _print_hidden(records: list[Record], nobodys: list[tuple[bytes, str]], *, as_json: bool) -> None:
    """Say who is hidden from whom; names that nobody has are shown as they were given."""
    rows = [(r.person.display, r.person.label, r.shown_to) for r in records]
    names = [(key[1:].decode("utf-8") if key[:1] in b"mudk" else key[1:].hex(), to) for key, to in nobodys]
    if as_json:
        nobody = [{"name": name, "shown_to": shown_to} for name, shown_to in names]
        say.print_json({"people": [as_dict(record) for record in records], "nobody": nobody})
    elif rows or names:
        rows += [("(nobody yet)", name, shown_to) for name, shown_to in dict.fromkeys(names)]
        say.print_table(rows, ("name", "known as", "shown to"))
    else:
        say.tell("nobody is hidden")


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
        "shown_to": record.shown_to,
        "modified": record.modified or None,
        "source": record.source,
        "origin": record.origin,
    }
