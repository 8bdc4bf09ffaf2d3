"""What the library keeps about a person, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from limner.errors import DamagedError
from limner.people import Person

AUDIENCES = ("everyone", "insiders", "nobody")
"""To whom somebody's photo is shown, least hidden first; guests are no insiders."""

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
    `attributes` are what reports sort people by, such as their department; see `bounded`. `dated` is when the photo was
    last changed as its source says it (Unix seconds; 0: it does not say). `hidden` is since when the person is hidden
    (Unix seconds; 0: they are not): they are kept, and nobody finds them.

    `told` is what each source says of the person, where several do: records without `told` of their own, of which this
    one is made (`limner.sync.compose`). It is empty where only `source` speaks of them.
    `shown_to` is one of AUDIENCES; the library knows it by the person's names (`Batch.hide`), and sets it.
    """

    person: Person
    source: str
    origin: str
    version: str = ""
    modified: int = 0
    digest: bytes | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    dated: int = 0
    hidden: int = 0
    told: tuple[Record, ...] = ()
    shown_to: str = AUDIENCES[0]

    @property
    def parts(self) -> tuple[Record, ...]:
        """What each source says of the person; at least one."""
        return self.told or (self,)

    def part(self, source: str, origin: str) -> Record | None:
        """Give what one source says of the person."""
        return next((part for part in self.parts if (part.source, part.origin) == (source, origin)), None)


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
    if len(text) <= longest and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    words = "".join(char if char.isprintable() else " " for char in text[: 2 * longest]).split()
    return " ".join(words)[:longest].rstrip()


def encode(record: Record) -> bytes:
    """Write a record as JSON, fields that are empty left out."""
    return json.dumps(_fields(record), ensure_ascii=False, separators=(",", ":")).encode()


def _fields(record: Record) -> dict[str, object]:
    person = record.person
    fields = {
        "mails": list(person.mails),
        "uid": person.uid,
        "dn": person.dn,
        "key": person.key,
        "name": person.name,
        "userid": person.userid,
        "source": record.source,
        "origin": record.origin,
        "version": record.version,
        "modified": record.modified,
        "digest": record.digest.hex() if record.digest else None,
        "attributes": bounded(record.attributes),
        "dated": record.dated,
        "hidden": record.hidden,
        "told": [_fields(part) for part in record.told],
        "shown_to": record.shown_to if record.shown_to != AUDIENCES[0] else None,
    }
    return {name: value for name, value in fields.items() if value or name in ("source", "origin")}


def decode(raw: bytes) -> Record:
    """Read what `encode` wrote. Raises LibraryError."""
    try:
        return _record(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DamagedError("a person's record is damaged", hint="`limner library check` names all that is") from None


def _record(fields: dict[str, Any]) -> Record:
    mails, attributes, told = fields.pop("mails", []), fields.pop("attributes", {}), fields.pop("told", [])
    numbers = [fields.pop(name, 0) for name in ("modified", "dated", "hidden")]
    texts = [*mails, *fields.values(), *attributes.values()]
    sound = isinstance(mails, list) and all(isinstance(number, int) for number in numbers)
    if not (sound and all(isinstance(text, str) for text in texts)):
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
        userid=fields.get("userid"),
    )
    return Record(
        person=person,
        source=fields["source"],
        origin=fields["origin"],
        version=fields.get("version", ""),
        modified=numbers[0],
        digest=bytes.fromhex(fields["digest"]) if "digest" in fields else None,
        attributes=attributes,
        dated=numbers[1],
        hidden=numbers[2],
        told=tuple(_record(part) for part in told),
        shown_to=shown_to,
    )
