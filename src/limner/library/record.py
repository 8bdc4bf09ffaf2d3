"""What the library keeps about a person, and how it is written down."""

from __future__ import annotations

import json
from dataclasses import dataclass

from limner.errors import LibraryError
from limner.people import Person

AUDIENCES = ("everyone", "insiders", "nobody")
"""To whom somebody's photo is shown, least hidden first; guests are no insiders."""

HAND = "by hand"
"""The source of people and photos that an administrator added; it outranks every other."""


@dataclass(frozen=True, slots=True)
class Record:
    """A person as the library keeps them.

    `source` and `origin` say where the person comes from: the source's name, and what the source calls them (a file,
    an entry). Together they identify the record. `version` is what the source said last, to know what is unchanged.
    `modified` is when the photo last changed (Unix seconds); `digest` the SHA-256 of its original, None for no photo.
    `shown_to` is one of AUDIENCES; the library knows it by the person's names (`Batch.hide`), and sets it.
    """

    person: Person
    source: str
    origin: str
    version: str = ""
    modified: int = 0
    digest: bytes | None = None
    shown_to: str = AUDIENCES[0]


def encode(record: Record) -> bytes:
    """Write a record as JSON, fields that are empty left out."""
    person = record.person
    fields = {
        "mails": list(person.mails),
        "uid": person.uid,
        "dn": person.dn,
        "key": person.key,
        "name": person.name,
        "source": record.source,
        "origin": record.origin,
        "version": record.version,
        "modified": record.modified,
        "digest": record.digest.hex() if record.digest else None,
        "shown_to": record.shown_to if record.shown_to != AUDIENCES[0] else None,
    }
    kept = {name: value for name, value in fields.items() if value or name in ("source", "origin")}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def decode(raw: bytes) -> Record:
    """Read what `encode` wrote. Raises LibraryError."""
    try:
        fields = json.loads(raw)
        mails, modified = fields.pop("mails", []), fields.pop("modified", 0)
        texts = [*mails, *fields.values()]
        if not (isinstance(mails, list) and isinstance(modified, int) and all(isinstance(t, str) for t in texts)):
            raise TypeError
        shown_to = fields.get("shown_to", AUDIENCES[0])
        if shown_to not in AUDIENCES:
            raise ValueError
        person = Person(
            mails=tuple(mails),
            uid=fields.get("uid"),
            dn=fields.get("dn"),
            key=fields.get("key"),
            name=fields.get("name"),
        )
        return Record(
            person=person,
            source=fields["source"],
            origin=fields["origin"],
            version=fields.get("version", ""),
            modified=modified,
            digest=bytes.fromhex(fields["digest"]) if "digest" in fields else None,
            shown_to=shown_to,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise LibraryError("a person's record is damaged", hint="`limner library check` names all that is") from None
