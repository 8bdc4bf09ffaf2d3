"""What the library keeps about a person, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from limner.errors import LibraryError
from limner.people import Person

HAND = "by hand"
"""The source of people and photos that an administrator added; it outranks every other."""

ATTRIBUTES = 20
"""How many attributes of a person are kept; names of up to 60 characters, values of up to 200."""


@dataclass(frozen=True, slots=True)
class Record:
    """A person as the library keeps them.

    `source` and `origin` say where the person comes from: the source's name, and what the source calls them (a file,
    an entry). Together they identify the record. `version` is what the source said last, to know what is unchanged.
    `modified` is when the photo last changed (Unix seconds); `digest` the SHA-256 of its original, None for no photo.
    `attributes` are what reports sort people by, such as their department; see `bounded`.
    """

    person: Person
    source: str
    origin: str
    version: str = ""
    modified: int = 0
    digest: bytes | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


def bounded(attributes: Mapping[str, str]) -> dict[str, str]:
    """Give as much of a person's attributes as the library keeps, in the order of their names.

    Empty ones are left out, long ones are cut short, white space and control characters become single spaces.
    """
    kept: dict[str, str] = {}
    for name in sorted(attributes):
        short, value = _one_line(name, 60), _one_line(attributes[name], 200)
        if short and value and len(kept) < ATTRIBUTES:
            kept.setdefault(short, value)
    return kept


def _one_line(text: str, longest: int) -> str:
    words = "".join(char if char.isprintable() else " " for char in text[: 2 * longest]).split()
    return " ".join(words)[:longest].rstrip()


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
        "attributes": bounded(record.attributes),
    }
    kept = {name: value for name, value in fields.items() if value or name in ("source", "origin")}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def decode(raw: bytes) -> Record:
    """Read what `encode` wrote. Raises LibraryError."""
    try:
        fields = json.loads(raw)
        mails, modified = fields.pop("mails", []), fields.pop("modified", 0)
        attributes = fields.pop("attributes", {})
        texts = [*mails, *fields.values(), *attributes.values()]
        if not (isinstance(mails, list) and isinstance(modified, int) and all(isinstance(t, str) for t in texts)):
            raise TypeError
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
            attributes=attributes,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise LibraryError("a person's record is damaged", hint="`limner library check` names all that is") from None
