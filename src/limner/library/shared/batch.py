"""Changes to a shared library, in one transaction of PostgreSQL."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Iterable, Set
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from limner.errors import LibraryError
from limner.library.engine import Row
from limner.library.keys import lasting, name_taken, note_key, order_key, origin_key, readable_first
from limner.library.record import AUDIENCES, Record, decode, encode
from limner.library.shared.agreed import News
from limner.library.shared.border import border
from limner.library.shared.known import MARKS, OWNERS, PICTURES, know, names_of, pictures_of, refuse_parts_of_others
from limner.library.shared.link import Connection
from limner.library.shared.pack import digest, pack
from limner.library.shared.shelf import Shelf
from limner.picture import LADDER, RECIPE, Portrait

UPLOADS = 64  # pictures on their way to the store at once, at most: they are held in memory
CHANNEL = "limner"


class SharedBatch:
    """Changes in one transaction; see `limner.library.engine.Batch`.

    It holds the row of `limner.state` from the beginning on, so that batches come one after the other, and the numbers
    of their changes become visible in their order and without a gap.
    """

    def __init__(self, connection: Connection, shelf: Shelf, where: str) -> None:
        self._connection = connection
        self._shelf = shelf
        self._where = where
        row = self._one("select seq, person, picture from limner.state for update")
        if row is None:
            raise LibraryError(f"the library at {where} is damaged (its state is missing)")
        self.change, self._person, self._picture = int(row[0]) + 1, int(row[1]), int(row[2])
        self._changed = False
        self._doubtful: set[int] = set()  # pictures that nobody may have at the end
        self._released: list[Any] = []  # cursors with more of them
        self._uploads: deque[Future[None]] = deque()
        self.placed: list[str] = []
        self.left: list[str] = []
        self._originals: list[str] = []  # that were worked on elsewhere, and are of no use any more

    # -- the verbs

    def put(self, record: Record, portrait: Portrait | None = None, *, without: Set[bytes] = frozenset()) -> None:
        with border(self._where):
            known = know(self._connection, record, portrait)
            number = known.parts.get(origin_key(record.source, record.origin))
            names = names_of(record, number, known.owners)
            self._refuse_taken(set() if record.hidden else record.person.index_keys(), number, known.owners)
            refuse_parts_of_others(record, number, known.parts)
            if portrait is not None:
                self._take_in(portrait, known.pictures)
                record = record if record.told else replace(record, digest=portrait.digest)
            pictures = pictures_of(record, known.pictures)
            free = {key for key in names if known.owners.get(key, number) == number}  # of a leaver's, not all may be
            flags = self._hide_new_names(free, {key: mark for key, mark in known.marks.items() if key in names})
            if number is None:
                self._person += 1
                number = self._person
            record = replace(record, shown_to=AUDIENCES[flags])
            self._write(number, record, set() if record.hidden else names - without, pictures)

    def remove(self, source: str, origin: str) -> bool:
        with border(self._where):
            number = self._number_of(source, origin)
            if number is not None:
                self._take_out(number)
            return number is not None

    def find(self, index_key: bytes) -> Record | None:
        query = "select record from limner.people join limner.names using (number) where key = %s"
        with border(self._where):
            row = self._one(query, index_key)
        return decode(row[0]) if row else None

    def record(self, source: str, origin: str) -> Record | None:
        query = "select record from limner.people join limner.parts using (number) where key = %s"
        with border(self._where):
            row = self._one(query, origin_key(source, origin))
        return decode(row[0]) if row else None

    def hide(self, keys: Collection[bytes], shown_to: str) -> list[Record]:
        with border(self._where):
            return self._hide(set(keys), AUDIENCES.index(shown_to))

    def has_picture(self, digest: bytes, recipe: int = RECIPE) -> bool:
        with border(self._where):
            return (
                self._one("select 1 from limner.pictures where digest = %s and recipe = %s", digest, recipe) is not None
            )

    def note(self, name: str, value: str | None) -> None:
        with border(self._where):
            self._changed = True
            self._connection.execute(
                "insert into limner.notes (key, name, value, changed) values (%s, %s, %s, %s) on conflict (key) "
                "do update set name = excluded.name, value = excluded.value, changed = excluded.changed",
                (note_key(name), _raw(name), value if value is None else value.encode(), self.change),
            )

    def noted(self, name: str) -> str | None:
        with border(self._where):
            row = self._one("select value from limner.notes where key = %s", note_key(name))
        return row[0].decode() if row and row[0] is not None else None

    def agree(self, kind: str, key: bytes, value: bytes | None) -> None:
        """Have all nodes know something; None: no more. See `limner.library.shared.agreed`."""
        with border(self._where):
            self._changed = True
            self._connection.execute(
                "insert into limner.agreed (kind, key, value, changed) values (%s, %s, %s, %s) on conflict (kind, key) "
                "do update set value = excluded.value, changed = excluded.changed",
                (kind, key, value, self.change),
            )

    def agreed(self, position: int, kinds: Collection[str]) -> News:
        """Give what all nodes know and was changed after a position; all, where that is ahead of the library."""
        with border(self._where):
            identity = self._one("select identity from limner.state")[0]
            query = "select kind, key, value from limner.agreed where changed > %s and kind = any(%s) order by changed"
            rows = self._all(query, position if position < self.change else -1, list(kinds))
        return News(identity, rows, self.change - 1)

    @property
    def changes(self) -> bool:
        """Whether anything was changed so far."""
        return self._changed

    def adopt(self, digest: bytes) -> bool:
        with border(self._where):
            row = self._one(
                "delete from limner.work where digest = %s and recipe = %s and state = 1 "
                "returning place, rungs, sizes, made, sum, bytes",
                digest,
                RECIPE,
            )
            if row is None:
                return False
            self._originals.append(row[0])
            self._picture += 1
            self._doubtful.add(self._picture)
            self._connection.execute(
                "insert into limner.pictures (number, digest, recipe, rungs, sizes, place, sum, bytes) "
                "values (%s, %s, %s, %s, %s, %s, %s, %s)",
                (self._picture, digest, RECIPE, *row[1:]),
            )
            return True

    # -- whole rows, as another library has them

    def take_in(self, portrait: Portrait) -> None:
        with border(self._where):
            self._take_in(portrait, dict(self._pictures([portrait.digest])))

    def restore(self, row: Row) -> None:
        with border(self._where):
            number = int.from_bytes(row.number)
            record = row.record
            if record is None:
                self._take_out(number)
                return
            known = know(self._connection, record, None, row.names)
            for other in {*known.parts.values(), *known.owners.values()} - {number}:
                self._take_out(other)
            pictures = pictures_of(record, known.pictures)
            self._person = max(self._person, number)
            self._write(number, record, set(row.names), pictures)

    def mark(self, key: bytes, audience: int, together: bytes) -> None:
        with border(self._where):
            self._mark([key], audience, together)

    # -- the end

    def finish(self) -> None:
        """Let go of pictures that nobody has, see that all others are in the store, and number the change."""
        with border(self._where):
            released = (picture for answer in self._released for (picture,) in answer.fetchall())
            self._doubtful |= {int(picture) for picture in released if picture is not None}
            gone = self._connection.execute(
                "delete from limner.pictures p where number = any(%s) "
                "and not exists (select 1 from limner.parts where picture = p.number) returning place",
                (list(self._doubtful),),
            ).fetchall()
            self.left = [*self._originals, *(str(place) for (place,) in gone)]
            self._connection.execute("insert into limner.leftovers select unnest(%s::text[])", (self.left,))
            while self._uploads:
                self._uploads.popleft().result()
            if self._changed:
                self._connection.execute(
                    "update limner.state set seq = %s, person = %s, picture = %s",
                    (self.change, self._person, self._picture),
                )
                self._connection.execute("select pg_notify(%s, %s)", (CHANNEL, str(self.change)))

    def give_up(self) -> None:
        """Wait for what is on its way to the store, and delete what is there: nobody will know of it."""
        for upload in self._uploads:
            upload.exception()
        self._shelf.delete(self._connection, self.placed)

    # -- people

    def _write(self, number: int, record: Record, names: set[bytes], pictures: dict[bytes | None, int | None]) -> None:
        """Write a person's row, and what leads to it."""
        self._let_go(number)
        picture = pictures[record.digest]
        place = None if record.hidden else order_key(record, number)
        shown = (picture, record.modified, AUDIENCES.index(record.shown_to))
        self._connection.execute(
            "insert into limner.people (number, record, place, names, picture, modified, audience, changed) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (number) do update set record = excluded.record, "
            "place = excluded.place, names = excluded.names, picture = excluded.picture, "
            "modified = excluded.modified, audience = excluded.audience, changed = excluded.changed",
            (number, encode(record), place, sorted(names), *shown, self.change),
        )
        for part in record.parts:
            told = (_raw(part.source), _raw(part.origin), number, part.version.encode(), bool(part.hidden))
            self._connection.execute(
                "insert into limner.parts (key, source, origin, number, version, hidden, picture) "
                "values (%s, %s, %s, %s, %s, %s, %s)",
                (origin_key(part.source, part.origin), *told, pictures[part.digest]),
            )
        self._connection.execute(
            "insert into limner.names (key, number) select unnest(%s::bytea[]), %s", (sorted(names), number)
        )
        self._changed = True

    def _let_go(self, number: int) -> None:
        """Have nothing lead to a person any more; their pictures stay until the batch ends."""
        self._connection.execute("delete from limner.names where number = %s", (number,))
        released = self._connection.execute("delete from limner.parts where number = %s returning picture", (number,))
        self._released.append(released)  # read at the end: nothing need wait for the answer now

    def _take_out(self, number: int) -> None:
        """Remove a person; the empty row tells those who follow."""
        self._let_go(number)
        self._connection.execute(
            "update limner.people set record = null, place = null, names = '{}', picture = null, audience = 0, "
            "changed = %s where number = %s and record is not null",
            (self.change, number),
        )
        self._changed = True

    def _number_of(self, source: str, origin: str) -> int | None:
        row = self._one("select number from limner.parts where key = %s", origin_key(source, origin))
        return int(row[0]) if row else None

    def _pictures(self, digests: list[bytes]) -> Iterable[tuple[bytes, tuple[int, int]]]:
        return [(digest, (recipe, number)) for digest, recipe, number in self._all(PICTURES, digests, RECIPE)]

    def _owners(self, keys: Collection[bytes]) -> dict[bytes, int]:
        return dict(self._all(OWNERS, list(keys)))

    def _refuse_taken(self, keys: set[bytes], number: int | None, owners: dict[bytes, int]) -> None:
        taken = {key: owner for key, owner in owners.items() if key in keys and owner != number}
        if taken:
            key = min(taken, key=readable_first)
            raise name_taken(key, self._person_of(taken[key]))

    def _person_of(self, number: int) -> Record:
        row = self._one("select record from limner.people where number = %s", number)
        if row is None or row[0] is None:
            raise LibraryError(f"the library at {self._where} is damaged (a name leads to nobody)")
        return decode(row[0])

    # -- who is hidden

    def _hide(self, wanted: set[bytes], flags: int) -> list[Record]:
        for number in set(self._owners(wanted).values()):
            wanted |= lasting(self._all_names(number))
        wanted |= {  # names that they had before, too
            key
            for (key,) in self._all(
                "select key from limner.hidden where audience > 0 and together in "
                "(select together from limner.hidden where audience > 0 and key = any(%s))",
                list(wanted),
            )
        }
        if flags:
            self._mark(wanted, flags, os.urandom(8))
        else:
            marked = self._all("select key from limner.hidden where audience > 0 and key = any(%s)", list(wanted))
            self._mark([key for (key,) in marked], 0, b"")
        return [self._mark_person(number) for number in sorted(set(self._owners(wanted).values()))]

    def _mark(self, keys: Iterable[bytes], audience: int, together: bytes) -> None:
        self._connection.execute(
            "insert into limner.hidden (key, audience, together, changed) select unnest(%s::bytea[]), %s, %s, %s "
            "on conflict (key) do update set audience = excluded.audience, together = excluded.together, "
            "changed = excluded.changed",
            (list(keys), audience, together, self.change),
        )
        self._changed = True

    def _mark_person(self, number: int) -> Record:
        """Write into a person's record what the marks on their names say."""
        record = self._person_of(number)
        flags = max((mark[0] for mark in self._marks(self._all_names(number)).values()), default=0)
        record = replace(record, shown_to=AUDIENCES[flags])
        self._connection.execute(
            "update limner.people set record = %s, audience = %s, changed = %s where number = %s",
            (encode(record), flags, self.change, number),
        )
        return record

    def _hide_new_names(self, keys: set[bytes], marks: dict[bytes, tuple[int, bytes]]) -> int:
        """Give the flags of a person by their names; where one is hidden all are, or a change of names would unhide."""
        if not marks:
            return 0
        flags, together = max(marks.values())
        self._mark([key for key in lasting(keys) if marks.get(key) != (flags, together)], flags, together)
        return flags

    def _marks(self, keys: Collection[bytes]) -> dict[bytes, tuple[int, bytes]]:
        return {key: (audience, together) for key, audience, together in self._all(MARKS, list(keys))}

    def _all_names(self, number: int) -> set[bytes]:
        record = self._person_of(number)
        told = {key for each in (record, *record.told) for key in each.person.index_keys()}
        return names_of(record, number, self._owners(told))

    # -- pictures

    def _take_in(self, portrait: Portrait, known: dict[bytes, tuple[int, int]]) -> None:
        """Store a portrait's renditions, unless they are there, and let it be known."""
        if known.get(portrait.digest, (0, 0))[0] == RECIPE:
            return
        body = pack(portrait.renditions)
        place = f"{portrait.digest[:1].hex()}/{portrait.digest.hex()}-{os.urandom(8).hex()}"
        rungs = [rung for rung in LADDER if rung in portrait.renditions]
        sizes = [len(portrait.renditions[rung]) for rung in rungs]
        self._picture += 1
        known[portrait.digest] = (RECIPE, self._picture)
        self._doubtful.add(self._picture)
        self.placed.append(place)
        self._connection.execute(
            "insert into limner.pictures (number, digest, recipe, rungs, sizes, place, sum, bytes) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s)",
            (self._picture, portrait.digest, RECIPE, rungs, sizes, place, digest(body), len(body)),
        )
        upload = self._shelf.begin(self._connection, place, body)
        if upload is not None:
            self._uploads.append(upload)
        while len(self._uploads) > UPLOADS:
            self._uploads.popleft().result()

    def _one(self, query: Any, *values: object) -> Any:
        return self._connection.execute(query, values).fetchone()

    def _all(self, query: Any, *values: object) -> Any:
        return self._connection.execute(query, values).fetchall()


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
