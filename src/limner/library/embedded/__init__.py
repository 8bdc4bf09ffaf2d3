"""The embedded engine: LMDB, one folder, many reading processes and one writing at a time.

LMDB writes to new pages and switches its root when they are on disk: a process killed at any moment leaves the last
committed batch.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import lmdb

from limner.errors import LibraryError
from limner.library import entity
from limner.library.embedded.batch import EmbeddedBatch, marks, row_of
from limner.library.embedded.border import border, of_another_version
from limner.library.embedded.check import faults
from limner.library.embedded.cut import refuse_cut
from limner.library.embedded.layout import (
    FLAGS,
    FORMAT,
    LATER,
    MAP_SIZE,
    NAME,
    NUMBER,
    PICTURE,
    TABLES,
    Entry,
    read_note,
)
from limner.library.embedded.lock import alone, is_held
from limner.library.embedded.reader import EmbeddedReader
from limner.library.engine import KEEPER, Batch, Count, Fault, Reader, Rendition, Row
from limner.library.keys import note_key, origin_key, source_key
from limner.library.ladder import rungs_for
from limner.library.record import AUDIENCES, Record, decode
from limner.picture import LADDER, RECIPE, Portrait


class EmbeddedLibrary:
    """A library in a folder. See `limner.library.engine.Library` for the verbs."""

    def __init__(self, folder: str, *, create: bool = False, readonly: bool = False, map_size: int = MAP_SIZE) -> None:
        """Open the library in `folder`; `map_size` bounds its size in bytes.

        To open it for writing waits for whoever has a batch open; to open it `readonly` never waits. Raises
        LibraryError.
        """
        self.folder = Path(folder)
        if not _is_there(self.folder / "data.mdb"):
            if not create:
                raise LibraryError(
                    f"there is no library in {self.folder}",
                    hint="`limner sync` makes it and fills it with photos",
                )
            if readonly:
                EmbeddedLibrary(folder, create=True, map_size=map_size).close()
        with border(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.env = lmdb.open(
                str(self.folder),
                map_size=map_size,
                max_dbs=len(TABLES) + len(LATER),
                readonly=readonly,
                mode=0o600,
                max_readers=1024,
                readahead=False,  # photos are asked for at random; reading ahead would push others out of memory
            )
        try:
            with border(self.folder):
                self.env.reader_check()  # gives back the places of readers that were killed
                refuse_cut(self.env, self.folder)
                self.table = self._open_tables(readonly=readonly)
        except BaseException:
            self.env.close()
            raise

    def _open_tables(self, *, readonly: bool) -> dict[str, Any]:
        """Open the tables, and make those that there are not."""
        table = {name: self.env.open_db(name.encode(), create=not readonly) for name in TABLES}
        if not readonly:
            table |= {name: self.env.open_db(name.encode()) for name in LATER}
        with self.env.begin(write=not readonly) as txn:
            if not readonly:
                txn.put(b"format", NUMBER.pack(FORMAT), db=table["meta"], overwrite=False)
            found = txn.get(b"format", db=table["meta"])
        if found != NUMBER.pack(FORMAT):
            raise of_another_version(self.folder, found)
        return table

    def _has(self, name: str) -> bool:
        """Tell whether there is a table that the first libraries had not; another process may make it at any time."""
        if name not in self.table:
            with border(self.folder), suppress(lmdb.NotFoundError):
                self.table[name] = self.env.open_db(name.encode(), create=False)
        return name in self.table

    def find(self, index_key: bytes) -> Record | None:
        with border(self.folder), self.env.begin() as txn:
            name = txn.get(index_key, db=self.table["names"])
            raw = name and txn.get(name[:8], db=self.table["people"])
        return decode(raw) if raw else None

    def find_all(self, index_keys: Iterable[bytes]) -> list[tuple[bytes, Record]]:
        with border(self.folder), self.env.begin() as txn:
            names, people = self.table["names"], self.table["people"]
            numbers = [(key, name[:8]) for key in index_keys if (name := txn.get(key, db=names)) is not None]
            found = [(key, raw) for key, number in numbers if (raw := txn.get(number, db=people))]
        return [(key, decode(raw)) for key, raw in found]

    def rendition(self, index_key: bytes, size: int, limit: int = 0, *, sees: int = KEEPER) -> Rendition | None:
        with border(self.folder), self.env.begin() as txn:
            name = txn.get(index_key, db=self.table["names"])
            if name is None:
                return None
            _, _, modified, mask, flags = NAME.unpack(name)
            if flags > sees:
                return None
            found = None
            for rung in rungs_for(size)(mask):
                found = txn.get(name[8:16] + rung.to_bytes(2), db=self.table["renditions"]) or found
                if found and (not limit or len(found) <= limit + found.index(entity.END) + 4):
                    break
        if found is None:
            return None
        tag, body = entity.unpack(found)
        return Rendition(body, tag, modified)

    def hidden(self) -> Iterator[tuple[bytes, str, Record | None]]:
        with border(self.folder), self.env.begin() as txn:
            found = []
            for key, mark in marks(txn, self.table):
                name = txn.get(key, db=self.table["names"])
                raw = name and txn.get(name[:8], db=self.table["people"])
                found.append((key, AUDIENCES[mark[0]], decode(raw) if raw else None))
        yield from found

    def count_hidden(self, sees: int) -> int:
        with border(self.folder), self.env.begin() as txn:
            names = [txn.get(key, db=self.table["names"]) for key, _ in marks(txn, self.table)]
        return len({name[:8] for name in names if name is not None and name[FLAGS] > sees})

    def people(self, after: str = "", *, source: str | None = None) -> Iterator[tuple[str, Record]]:
        try:
            at = bytes.fromhex(after)
        except ValueError:
            raise LibraryError(f"not a cursor: {after[:80]!r}") from None
        while True:
            # in steps, each with a state of its own: a reader that pauses must not hold on to old pages
            with border(self.folder), self.env.begin() as txn:
                step = list(self._people_step(txn, at))
            if not step:
                return
            at = step[-1][0]
            for key, record in step:
                if source is None or record.source == source:
                    yield key.hex(), record

    def _people_step(self, txn: Any, at: bytes, most: int = 500) -> Iterator[tuple[bytes, Record]]:
        cursor = txn.cursor(db=self.table["order"])
        there = cursor.set_range(at)
        if there and cursor.key() == at:
            there = cursor.next()
        while there and most:
            key = cursor.key()
            raw = txn.get(key[-8:], db=self.table["people"])
            if raw is not None:
                yield key, decode(raw)
                most -= 1
            there = cursor.next()

    def by_number(self, number: bytes) -> Record | None:
        with border(self.folder), self.env.begin() as txn:
            raw = txn.get(number, db=self.table["people"])
        return decode(raw) if raw else None

    def record(self, source: str, origin: str) -> Record | None:
        with border(self.folder), self.env.begin() as txn:
            found = txn.get(origin_key(source, origin), db=self.table["origins"])
            raw = found and txn.get(found[:8], db=self.table["people"])
        return decode(raw) if raw else None

    def version(self, source: str, origin: str) -> str | None:
        with border(self.folder), self.env.begin() as txn:
            found = txn.get(origin_key(source, origin), db=self.table["origins"])
        entry = Entry.unpack(found) if found else None
        return entry.version if entry and not entry.hidden else None

    def origins(self, source: str) -> Iterator[str]:
        start = at = source_key(source)
        while True:
            step: list[tuple[bytes, Entry]] = []
            with border(self.folder), self.env.begin() as txn:
                cursor = txn.cursor(db=self.table["origins"])
                there = cursor.set_range(at)
                while there and len(step) < 1000 and cursor.key().startswith(start):
                    if cursor.key() != at:
                        step.append((cursor.key(), Entry.unpack(cursor.value())))
                    there = cursor.next()
                shown = [(key, entry.number) for key, entry in step if not entry.hidden]
                people = [(key, txn.get(number, db=self.table["people"])) for key, number in shown]
            if not step:
                return
            at = step[-1][0]
            for key, raw in people:
                parts = decode(raw).parts if raw else ()
                yield from (part.origin for part in parts if origin_key(part.source, part.origin) == key)

    def sources(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        with border(self.folder), self.env.begin() as txn:
            cursor = txn.cursor(db=self.table["origins"])
            there = cursor.first()
            while there:
                start = cursor.key().partition(b"\0")[0] + b"\0"
                raw = txn.get(cursor.value()[:8], db=self.table["people"])
                count = 0
                key = cursor.key()
                while there and cursor.key().startswith(start):
                    count += not Entry.is_hidden(cursor.value())
                    there = cursor.next()
                parts = decode(raw).parts if raw is not None else ()
                counts |= {part.source: count for part in parts if origin_key(part.source, part.origin) == key}
        return counts

    def has_picture(self, digest: bytes, recipe: int = RECIPE) -> bool:
        with border(self.folder), self.env.begin() as txn:
            return txn.get(digest + recipe.to_bytes(2), db=self.table["digests"]) is not None

    def note(self, name: str) -> str | None:
        if not self._has("notes"):
            return None
        with border(self.folder), self.env.begin() as txn:
            found = txn.get(note_key(name), db=self.table["notes"])
        return read_note(found)[1] if found is not None else None

    def notes(self, start: str) -> Iterator[tuple[str, str]]:
        first = note_key(start)[:300]
        at = first
        while self._has("notes"):
            step: list[tuple[bytes, bytes]] = []
            with border(self.folder), self.env.begin() as txn:
                cursor = txn.cursor(db=self.table["notes"])
                there = cursor.set_range(at)
                while there and len(step) < 1000 and cursor.key().startswith(first):
                    step.append(cursor.item())
                    there = cursor.next()
            yield from (found for _, raw in step if (found := read_note(raw))[0].startswith(start))
            if len(step) < 1000:
                return
            at = step[-1][0] + b"\0"

    def picture(self, digest: bytes, size: int) -> bytes | None:
        with border(self.folder), self.env.begin() as txn:
            number, mask = self._picture(txn, digest)
            found = None
            for rung in rungs_for(size)(mask):
                found = txn.get(number + rung.to_bytes(2), db=self.table["renditions"])
                if found is not None:
                    break
        return entity.unpack(found)[1] if found is not None else None

    def sizes(self, digest: bytes) -> dict[int, int]:
        with border(self.folder), self.env.begin(buffers=True) as txn:
            number, mask = self._picture(txn, digest)
            rungs = [rung for at, rung in enumerate(LADDER) if mask >> at & 1]
            held = ((rung, txn.get(number + rung.to_bytes(2), db=self.table["renditions"])) for rung in rungs)
            return {rung: entity.body_size(len(raw)) for rung, raw in held if raw is not None}

    def _picture(self, txn: Any, digest: bytes) -> tuple[bytes, int]:
        """Give the number of a picture, made after the newest recipe that there is, and its rungs; 0: it has none."""
        for recipe in range(RECIPE, 0, -1):
            number = txn.get(digest + recipe.to_bytes(2), db=self.table["digests"])
            if number is not None:
                return bytes(number), PICTURE.unpack(txn.get(number, db=self.table["pictures"]))[2]
        return bytes(8), 0

    def rows(self) -> Iterator[Row]:
        at = bytes(8)
        while True:
            with border(self.folder), self.env.begin() as txn:
                cursor = txn.cursor(db=self.table["people"])
                there = cursor.set_range(at)
                if there and cursor.key() == at:
                    there = cursor.next()
                step: list[Row] = []
                while there and len(step) < 500:
                    step.append(self._row(txn, cursor.key(), cursor.value()))
                    there = cursor.next()
            if not step:
                return
            yield from step
            at = step[-1].number

    def row(self, number: bytes) -> Row | None:
        with border(self.folder), self.env.begin() as txn:
            raw = txn.get(number, db=self.table["people"])
            return self._row(txn, number, raw) if raw is not None else None

    def _row(self, txn: Any, number: bytes, raw: bytes) -> Row:
        return row_of(number, raw, lambda key: txn.get(key, db=self.table["names"]))

    def marks(self) -> Iterator[tuple[bytes, int, bytes]]:
        with border(self.folder), self.env.begin() as txn:
            found = [(key, mark[0], mark[1:]) for key, mark in marks(txn, self.table)]
        yield from found

    def portrait(self, digest: bytes) -> Portrait | None:
        with border(self.folder), self.env.begin() as txn:
            number, mask = self._picture(txn, digest)
            rungs = [rung for at, rung in enumerate(LADDER) if mask >> at & 1]
            held = [txn.get(number + rung.to_bytes(2), db=self.table["renditions"]) for rung in rungs]
        whole = {rung: entity.unpack(raw)[1] for rung, raw in zip(rungs, held, strict=True) if raw is not None}
        return Portrait(digest, 0, 0, whole) if whole and len(whole) == len(rungs) else None

    def count(self) -> Count:
        with border(self.folder), self.env.begin() as txn:
            meta = self.table["meta"]
            people, with_photo = (
                NUMBER.unpack(txn.get(key, NUMBER.pack(0), db=meta))[0] for key in (b"people", b"shown")
            )
            pictures = txn.stat(self.table["pictures"])["entries"]
            size = (self.folder / "data.mdb").stat().st_blocks * 512
        return Count(people, with_photo, pictures, size)

    def check(self) -> Iterator[Fault]:
        with border(self.folder), self.env.begin() as txn:
            yield from faults(txn, self.table)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        with border(self.folder):
            txn = self.env.begin(write=True)
        batch = EmbeddedBatch(txn, self.table, self.folder)
        try:
            yield batch
            with border(self.folder):
                batch.finish()
                txn.commit()
        except BaseException:
            txn.abort()
            raise

    def alone(self) -> AbstractContextManager[None]:
        return alone(self.folder)

    def is_held(self) -> bool:
        return is_held(self.folder)

    def queue(self) -> None:
        return None

    def now(self) -> float:
        return time.time()

    def reader(self) -> Reader:
        return EmbeddedReader(self.env, self.table)

    def close(self) -> None:
        self.env.close()


def _is_there(file: Path) -> bool:
    """Tell whether there is a data file; an empty one is what a process leaves that was killed while making it."""
    try:
        return file.stat().st_size > 0
    except OSError:
        return False
