"""People and pictures for the library's tests; the library never looks into a picture, so any bytes will do."""

from __future__ import annotations

import hashlib

from limner.library import Record
from limner.people import Person
from limner.picture import LADDER, Portrait

SOURCE = "photos"


def a_portrait(name: str, rungs: tuple[int, ...] = LADDER[:3], size: int = 3000) -> Portrait:
    """Make a portrait whose renditions tell which one they are; each is `rung` bytes longer than `size`."""
    renditions = {rung: f"{name} at {rung} ".encode().ljust(size + rung, b".") for rung in rungs}
    return Portrait(hashlib.sha256(name.encode()).digest(), 648, 648, renditions)


def a_record(who: str, picture: str | None = None, **fields: object) -> Record:
    """Make the record of `who@example.com`, user name `who`, as a folder would name them."""
    digest = hashlib.sha256(picture.encode()).digest() if picture else None
    values = {"source": SOURCE, "origin": f"{who}.jpg", "version": "1", "modified": 1_700_000_000, "digest": digest}
    person = Person.of(mails=[f"{who}@example.com"], uid=who)
    return Record(**({"person": person} | values | fields))  # type: ignore[arg-type]
