"""The shared engine: PostgreSQL for what must be agreed, an object store for the pictures, many machines.

Who serves photos does not read from here but from a replica of its own (`limner.library.shared.feed`); this is for all
who write, and for those who must know how things stand now.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from limner.errors import AwayError, HeldError, LibraryError
from limner.library.engine import KEEPER, Batch, Count, Fault, Queue, Reader, Rendition, Row
from limner.library.keys import note_key, origin_key, source_key
from limner.library.ladder import mask_of, rungs_for
from limner.library.record import AUDIENCES, Record, decode
from limner.library.shared import schema
from limner.library.shared.batch import SharedBatch
from limner.library.shared.border import border
from limner.library.shared.check import faults
from limner.library.shared.link import Connection, Link
from limner.library.shared.pictures import Pictures
from limner.library.shared.queue import Queue as SharedQueue
from limner.library.shared.reader import SharedReader
from limner.library.shared.shelf import chunks, open_shelf
from limner.picture import RECIPE, Portrait
from limner.settings import SharedPlace

STEP = 500  # rows that are read at once
logger = logging.getLogger("limner")


class SharedLibrary:
    """A library in PostgreSQL and an object store. See `limner.library.engine.Library` for the verbs."""

    def __init__(self, place: SharedPlace, *, create: bool = False, readonly: bool = False) -> None:
        """Open the library at `place`. Raises LibraryError."""
        self.place = place
        self._reading = Link(place, readonly=readonly)
        self._writing = Link(place)
        self._readers: list[Link] = []
        self._turn = threading.Lock()
        self.where = self._reading.where
        try:
            version = self._reading.read(lambda connection: schema.refuse_newer(connection, self.where))
            if not version and not create:
                raise LibraryError(
                    f"there is no library at {self.where}", hint="`limner sync` makes it and fills it with photos"
                )
            if version < schema.MIGRATIONS[-1].version and (create or not readonly):
                with border(self.where):
                    schema.migrate(self._writing.open(), self.where)
            self._shelf = open_shelf(place, self._reading)
        except BaseException:
            self._reading.close()
            self._writing.close()
            raise
        self._pictures = Pictures(self._shelf)

    def find(self, index_key: bytes) -> Record | None:
        return self._record(
            "select record from limner.people join limner.names using (number) where key = %s", index_key
        )

    def find_all(self, index_keys: Iterable[bytes]) -> list[tuple[bytes, Record]]:
        keys = list(index_keys)
        query = "select key, record from limner.people join limner.names using (number) where key = any(%s)"
        found = dict(self._all(query, keys))
        return [(key, decode(found[key])) for key in keys if key in found]

    def rendition(self, index_key: bytes, size: int, limit: int = 0, *, sees: int = KEEPER) -> Rendition | None:
        row = self._one(
            "select p.modified, i.digest, i.rungs, i.sizes, i.place, i.sum from limner.names n "
            "join limner.people p using (number) join limner.pictures i on i.number = p.picture "
            "where n.key = %s and p.audience <= %s",
            index_key,
            sees,
        )
        if row is None:
            return None
        modified, digest, rungs, sizes, place, checksum = row
        best = None
        for rung in rungs_for(size)(mask_of(rungs)):
            best = rung
            if not limit or sizes[rungs.index(rung)] <= limit:
                break
        return self._pictures.rendition(place, checksum, digest, best, modified) if best else None

    def hidden(self) -> Iterator[tuple[bytes, str, Record | None]]:
        rows = self._all(
            "select h.key, h.audience, p.record from limner.hidden h left join limner.names n on n.key = h.key "
            "left join limner.people p on p.number = n.number where h.audience > 0 order by h.key"
        )
        for key, audience, record in rows:
            yield key, AUDIENCES[audience], decode(record) if record is not None else None

    def count_hidden(self, sees: int) -> int:
        query = (
            "select count(distinct p.number) from limner.hidden h join limner.names n on n.key = h.key "
            "join limner.people p on p.number = n.number where h.audience > 0 and p.audience > %s"
        )
        return int(self._one(query, sees)[0])

    def people(self, after: str = "", *, source: str | None = None) -> Iterator[tuple[str, Record]]:
        try:
            at = bytes.fromhex(after)
        except ValueError:
            raise LibraryError(f"not a cursor: {after[:80]!r}") from None
        query = "select place, record from limner.people where place > %s order by place limit %s"
        while step := self._all(query, at, STEP):
            at = step[-1][0]
            for place, raw in step:
                record = decode(raw)
                if source is None or record.source == source:
                    yield place.hex(), record

    def by_number(self, number: bytes) -> Record | None:
        found = self.row(number)
        return found.record if found else None

    def record(self, source: str, origin: str) -> Record | None:
        query = "select record from limner.people join limner.parts using (number) where key = %s"
        return self._record(query, origin_key(source, origin))

    def version(self, source: str, origin: str) -> str | None:
        row = self._one("select version from limner.parts where key = %s and not hidden", origin_key(source, origin))
        return row[0].decode() if row else None

    def origins(self, source: str) -> Iterator[str]:
        start = at = source_key(source)
        query = "select key, origin from limner.parts where key > %s and key < %s and not hidden order by key limit %s"
        while step := self._all(query, at, start[:-1] + b"\1", STEP):
            at = step[-1][0]
            yield from (_text(origin) for _, origin in step)

    def sources(self) -> dict[str, int]:
        rows = self._all("select source, count(*) filter (where not hidden) from limner.parts group by source")
        return {_text(source): count for source, count in rows}

    def has_picture(self, digest: bytes, recipe: int = RECIPE) -> bool:
        query = "select 1 from limner.pictures where digest = %s and recipe = %s"
        return self._one(query, digest, recipe) is not None

    def note(self, name: str) -> str | None:
        row = self._one("select value from limner.notes where key = %s", note_key(name))
        return row[0].decode() if row and row[0] is not None else None

    def notes(self, start: str) -> Iterator[tuple[str, str]]:
        first = note_key(start)[:300]
        query = (
            "select key, name, value from limner.notes where key >= %s and substring(key from 1 for %s) = %s "
            "and value is not null order by key limit %s"
        )
        at = first
        while step := self._all(query, at, len(first), first, STEP):
            at = step[-1][0] + b"\0"
            yield from ((_text(name), value.decode()) for _, name, value in step if _text(name).startswith(start))

    def picture(self, digest: bytes, size: int) -> bytes | None:
        portrait = self.portrait(digest)
        best = rungs_for(size)(mask_of(portrait.renditions)) if portrait else []
        return portrait.renditions[best[0]] if portrait and best else None

    def sizes(self, digest: bytes) -> dict[int, int]:
        query = (
            "select rungs, sizes from limner.pictures where digest = %s and recipe <= %s order by recipe desc limit 1"
        )
        row = self._one(query, digest, RECIPE)
        return dict(zip(row[0], row[1], strict=True)) if row else {}

    def portrait(self, digest: bytes) -> Portrait | None:
        query = "select place, sum from limner.pictures where digest = %s and recipe <= %s order by recipe desc limit 1"
        row = self._one(query, digest, RECIPE)
        return Portrait(digest, 0, 0, self._pictures.renditions(row[0], row[1], digest)) if row else None

    def rows(self) -> Iterator[Row]:
        query = (
            "select number, record, names from limner.people where number > %s and record is not null "
            "order by number limit %s"
        )
        at = -1
        while step := self._all(query, at, STEP):
            at = step[-1][0]
            yield from (_row(*found) for found in step)

    def row(self, number: bytes) -> Row | None:
        at = int.from_bytes(number, signed=True)
        found = self._one(
            "select number, record, names from limner.people where number = %s and record is not null", at
        )
        return _row(*found) if found else None

    def marks(self) -> Iterator[tuple[bytes, int, bytes]]:
        yield from self._all("select key, audience, together from limner.hidden where audience > 0 order by key")

    def count(self) -> Count:
        people, shown, pictures, size = self._one(
            "select (select count(*) from limner.people where place is not null), "
            "(select count(*) from limner.people where place is not null and picture is not null), "
            "(select count(*) from limner.pictures), "
            "(select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c where relkind = 'r' "
            "and relnamespace = 'limner'::regnamespace and relname <> 'bodies') "
            "+ (select coalesce(sum(bytes), 0) from limner.pictures)"
        )
        return Count(people, shown, pictures, int(size))

    def check(self) -> Iterator[Fault]:
        link = Link(self.place, readonly=True)  # of its own, for what it sees must stand still for long
        try:
            with border(self.where), link.open().transaction():
                yield from faults(link.open(), self._pictures)
        finally:
            link.close()

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        with self._turn:
            self._writing.read(lambda connection: connection.execute("begin"))
            connection = self._writing.open()
            batch: SharedBatch | None = None
            try:
                with border(self.where), connection.pipeline():  # what writes need not wait for each answer
                    batch = SharedBatch(connection, self._shelf, self.where)
                    yield batch
                    batch.finish()
                self._commit(connection)
            except BaseException:
                self._abandon(connection, batch)
                raise
            if batch.left:
                self._sweep(connection)

    def _commit(self, connection: Connection) -> None:
        try:
            connection.execute("commit")
        except psycopg.Error as why:
            raise AwayError(
                f"the library at {self.where} went away while it was written to: "
                "it is not known whether the last changes are in it",
                hint="run the same command again: what is there already is left as it is",
            ) from why

    def _abandon(self, connection: Connection, batch: SharedBatch | None) -> None:
        """Drop a batch that failed; what goes wrong meanwhile must not hide why it did."""
        try:
            connection.execute("rollback")
        except psycopg.Error:
            connection.close()
            return  # where the commit was under way, its pictures may belong to somebody now
        try:
            if batch is not None and batch.placed:
                batch.give_up()
        except LibraryError as why:
            logger.warning("%s", why.message)

    def _sweep(self, connection: Connection) -> None:
        """Delete pictures from the store that nobody has any more; what fails is left to the next batch."""
        try:
            with border(self.where):
                left = connection.execute("select place from limner.leftovers limit 10000").fetchall()
            for places in chunks([str(place) for (place,) in left]):
                self._shelf.delete(connection, places)
                with border(self.where):
                    connection.execute("delete from limner.leftovers where place = any(%s)", (list(places),))
        except LibraryError as why:
            logger.warning("pictures that nobody has any more are still in the store: %s", why.message)

    @contextmanager
    def alone(self) -> Iterator[None]:
        link = Link(self.place)
        try:
            with border(self.where):
                row = link.open().execute("select pg_try_advisory_lock(%s)", (schema.LOCK + 1,)).fetchone()
            if row is None or not row[0]:
                raise HeldError("another sync of this library is running", hint="wait until it ends")
            yield
        finally:
            link.close()

    def is_held(self) -> bool:
        return bool(self._one(schema.IS_HELD, schema.LOCK + 1)[0])

    def queue(self) -> Queue:
        return SharedQueue(self.place)

    def now(self) -> float:
        return float(self._one("select extract(epoch from clock_timestamp())")[0])

    def reader(self) -> Reader:
        link = Link(self.place, readonly=True)
        self._readers.append(link)
        return SharedReader(link, self._pictures)

    def close(self) -> None:
        self._shelf.close()
        for link in (self._reading, self._writing, *self._readers):
            link.close()

    def _record(self, query: Any, *values: object) -> Record | None:
        row = self._one(query, *values)
        return decode(row[0]) if row else None

    def _one(self, query: Any, *values: object) -> Any:
        return self._reading.read(lambda connection: connection.execute(query, values).fetchone())

    def _all(self, query: Any, *values: object) -> Any:
        return self._reading.read(lambda connection: connection.execute(query, values).fetchall())


def is_made(place: SharedPlace) -> bool:
    """Tell whether there is a library in the database. Raises LibraryError."""
    link = Link(place, readonly=True)
    try:
        return link.read(schema.version_of)[0] > 0
    finally:
        link.close()


def _row(number: int, record: bytes, names: list[bytes]) -> Row:
    return Row(number.to_bytes(8), decode(record), frozenset(names))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
