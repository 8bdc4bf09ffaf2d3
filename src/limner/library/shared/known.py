"""What must be known of a record's names, parts and pictures before it is written."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from limner.errors import LibraryError
from limner.library.keys import origin_key
from limner.library.record import Record
from limner.library.shared.link import Connection
from limner.picture import RECIPE, Portrait

PARTS = "select key, number from limner.parts where key = any(%s)"
OWNERS = "select key, number from limner.names where key = any(%s)"
MARKS = "select key, audience, together from limner.hidden where audience > 0 and key = any(%s)"
# an older recipe's renditions serve until the photo is made anew
PICTURES = (
    "select distinct on (digest) digest, recipe, number from limner.pictures "
    "where digest = any(%s) and recipe <= %s order by digest, recipe desc"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What there is under a record's keys: people's numbers, marks of hidden names, pictures' recipes and numbers."""

    parts: dict[bytes, int]
    owners: dict[bytes, int]
    marks: dict[bytes, tuple[int, bytes]]
    pictures: dict[bytes, tuple[int, int]]


def know(connection: Connection, record: Record, portrait: Portrait | None, names: Set[bytes] | None = None) -> Known:
    """Ask all that must be known of a record's names, parts and pictures, in one journey to the server."""
    told = (record, *record.told)
    keys = list(names if names is not None else {key for each in told for key in each.person.index_keys()})
    digests = {part.digest for part in told} | {portrait.digest if portrait is not None else None}
    # in a pipeline a question does not wait for its answer: `fetchall` does
    parts: Any = connection.execute(PARTS, ([origin_key(part.source, part.origin) for part in told],))
    owners: Any = connection.execute(OWNERS, (keys,))
    marks: Any = connection.execute(MARKS, (keys,))
    pictures: Any = connection.execute(PICTURES, (list(digests - {None}), RECIPE))
    return Known(
        dict(parts.fetchall()),
        dict(owners.fetchall()),
        {key: (audience, together) for key, audience, together in marks.fetchall()},
        {digest: (recipe, number) for digest, recipe, number in pictures.fetchall()},
    )


def names_of(record: Record, number: int | None, owners: dict[bytes, int]) -> set[bytes]:
    """Give what a record is found by: its own names, and those of its parts that nobody else is found by."""
    keys = record.person.index_keys()
    more = {key for part in record.told if not part.hidden for key in part.person.index_keys()} - keys
    return keys | {key for key in more if owners.get(key, number) == number}


def refuse_parts_of_others(record: Record, number: int | None, owners: dict[bytes, int]) -> None:
    """Raise LibraryError where a part of a record is somebody else's."""
    for part in record.told:
        key = origin_key(part.source, part.origin)
        if owners.get(key, number) != number:
            raise LibraryError(f"{part.source}: {part.origin} is told of somebody else already")


def pictures_of(record: Record, known: dict[bytes, tuple[int, int]]) -> dict[bytes | None, int | None]:
    """Give the numbers of a record's pictures. Raises LibraryError where there is none."""
    digests = {part.digest for part in (record, *record.parts)} - {None}
    if not digests <= known.keys():
        raise LibraryError("a photo is to be shown that the library does not have")
    return {None: None} | {digest: known[digest][1] for digest in digests if digest is not None}
