"""Changes to an embedded library, in one LMDB transaction."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from limner.errors import LibraryError
from limner.library import entity
from limner.library.embedded.border import border, damaged
from limner.library.embedded.layout import (
    FLAGS,
    HIDE,
    NUMBER,
    PICTURE,
    Entry,
    note,
    read_note,
)
from limner.library.engine import Row
from limner.library.keys import lasting, name_taken, note_key, order_key, origin_key, readable_first
from limner.library.ladder import mask_of
from limner.library.record import AUDIENCES, Record, decode, encode
from limner.picture import LADDER, RECIPE, Portrait

NOBODY = bytes(8)
"""The number of no picture."""


class EmbeddedBatch:
    """Changes in one LMDB transaction; see `limner.library.engine.Batch`."""

    def __init__(self, txn: Any, table: dict[str, Any], folder: Path) -> None:
        self._txn = txn
        self._table = table
        self._folder = folder
        self._kept: Counter[bytes] = Counter()  # by how much the entries of `origins` that have a picture became more
        self._counters: dict[bytes, int] = {}
        self._marked: bool | None = None  # whether anybody's name is hidden; None: nobody has looked yet

    def put(self, record: Record, portrait: Portrait | None = None, *, without: Set[bytes] = frozenset()) -> None:
        with border(self._folder):
            self._put_record(record, portrait, without)

    def remove(self, source: str, origin: str) -> bool:
        with border(self._folder):
            return self._remove_record(source, origin)

    def has_picture(self, digest: bytes, recipe: int = RECIPE) -> bool:
        with border(self._folder):
            return self._get("digests", digest + recipe.to_bytes(2)) is not None

    def note(self, name: str, value: str | None) -> None:
        with border(self._folder):
            if value is None:
                self._txn.delete(note_key(name), db=self._table["notes"])
            else:
                self._put("notes", note_key(name), note(name, value))

    def noted(self, name: str) -> str | None:
        with border(self._folder):
            found = self._get("notes", note_key(name))
        return read_note(found)[1] if found is not None else None

    def find(self, index_key: bytes) -> Record | None:
        with border(self._folder):
            name = self._get("names", index_key)
            return decode(self._need("people", name[:8])) if name is not None else None

    def record(self, source: str, origin: str) -> Record | None:
        with border(self._folder):
            found = self._get("origins", origin_key(source, origin))
            return decode(self._need("people", found[:8])) if found is not None else None

    def hide(self, keys: Collection[bytes], shown_to: str) -> list[Record]:
        with border(self._folder):
            return self._hide(set(keys), AUDIENCES.index(shown_to))

    def adopt(self, digest: bytes) -> bool:
        return False  # whoever writes here makes the pictures

    def take_in(self, portrait: Portrait) -> None:
        with border(self._folder):
            self._take_in(portrait)

    def restore(self, row: Row, *, absent: bool = False) -> None:
        """Do what the interface says; `absent`: the picture may come later, the person waits for it in `lacking`."""
        with border(self._folder):
            parts = row.record.parts if row.record is not None else ()
            held = {self._get("origins", origin_key(part.source, part.origin)) for part in parts} - {None}
            for number in {row.number} | {entry[:8] for entry in held}:
                if self._get("people", number) is not None:
                    self._take_out(number)
            if row.record is not None:
                self._restore_record(row.number, row.record, row.names, absent=absent)

    def mark(self, key: bytes, audience: int, together: bytes) -> None:
        with border(self._folder):
            if audience:
                self._put("meta", HIDE + key, bytes([audience]) + together)
            else:
                self._txn.delete(HIDE + key, db=self._table["meta"])

    def row(self, number: bytes) -> Row | None:
        """Give what `Library.row` gives, as things stand in this batch."""
        with border(self._folder):
            raw = self._get("people", number)
            return row_of(number, raw, lambda key: self._get("names", key)) if raw is not None else None

    def set_meta(self, key: bytes, value: bytes) -> None:
        """Write down something about the library itself."""
        with border(self._folder):
            self._put("meta", key, value)

    def finish(self) -> None:
        """Write what was counted, and delete the pictures that nobody has now: two may have swapped theirs."""
        del self._kept[NOBODY]
        for picture, change in sorted(self._kept.items()):
            digest, recipe, mask, kept = PICTURE.unpack(self._need("pictures", picture))
            if kept + change:
                self._put("pictures", picture, PICTURE.pack(digest, recipe, mask, kept + change))
            else:
                self._drop(picture, digest, recipe, mask)
        for counter, value in self._counters.items():
            self._put("meta", counter, NUMBER.pack(value))

    def _drop(self, picture: bytes, digest: bytes, recipe: int, mask: int) -> None:
        for i, rung in enumerate(LADDER):
            if mask >> i & 1:
                self._txn.delete(picture + rung.to_bytes(2), db=self._table["renditions"])
        self._txn.delete(picture, db=self._table["pictures"])
        self._txn.delete(digest + recipe.to_bytes(2), db=self._table["digests"])

    def _put_record(self, record: Record, portrait: Portrait | None, without: Set[bytes]) -> None:
        found = self._get("origins", origin_key(record.source, record.origin))
        number = found[:8] if found else None
        own = record.person.index_keys()
        self._refuse_taken(set() if record.hidden else own, number)
        self._refuse_parts_of_others(record, number)
        if portrait is not None:
            self._take_in(portrait)
            record = record if record.told else replace(record, digest=portrait.digest)
        pictures = {part.digest: self._picture_of(part.digest) for part in record.parts}
        pictures[record.digest] = self._picture_of(record.digest)
        if number is None:
            number = self._next(b"person")
        else:
            self._take_out(number)
        names = self._names(record, number, own)
        flags = self._hide_new_names(names)
        if record.shown_to != AUDIENCES[flags]:
            record = replace(record, shown_to=AUDIENCES[flags])
        whole = not (record.told or record.hidden)
        self._enter(number, record, names - without, pictures, whole=whole)

    def _restore_record(self, number: bytes, record: Record, names: Set[bytes], *, absent: bool) -> None:
        pictures = {part.digest: self._picture_of(part.digest, absent=absent) for part in (record, *record.parts)}
        # by its own number each: somebody may have lost all names to others, which follow
        self._enter(number, record, names, pictures, whole=False)
        if record.digest is not None and not record.hidden and not pictures[record.digest][1]:
            self._put("lacking", number, b"")
        self._counters[b"next person"] = max(self._add(b"next person", 0), NUMBER.unpack(number)[0])

    def _enter(
        self,
        number: bytes,
        record: Record,
        names: Set[bytes],
        pictures: dict[bytes | None, tuple[bytes, int]],
        *,
        whole: bool,
    ) -> None:
        """Write a person into every table; `whole`: their one part has the picture that they show."""
        picture, mask = pictures[record.digest]
        self._put("people", number, encode(record))
        for part in record.parts:
            kept = pictures[part.digest][0]
            entry = Entry(number, part.version, None if whole else kept, hidden=bool(part.hidden))
            self._put("origins", origin_key(part.source, part.origin), entry.pack())
            self._kept[kept] += 1
        if record.hidden:
            return
        flags = AUDIENCES.index(record.shown_to)
        value = number + picture + record.modified.to_bytes(4) + mask.to_bytes(2) + bytes([flags])
        for key in names:
            self._put("names", key, value)
        self._put("order", order_key(record, NUMBER.unpack(number)[0]), b"")
        self._add(b"people", 1)
        self._add(b"shown", int(picture != NOBODY))

    def _remove_record(self, source: str, origin: str) -> bool:
        found = self._get("origins", origin_key(source, origin))
        if found is None:
            return False
        self._take_out(found[:8])
        return True

    def _take_out(self, number: bytes) -> None:
        """Take a record out of every table; its pictures stay until the batch ends."""
        record = decode(self._need("people", number))
        shown = NOBODY
        if not record.hidden:
            keys = {key for part in record.parts for key in part.person.index_keys()} | record.person.index_keys()
            for key in keys:
                name = self._get("names", key)
                if name is not None and name[:8] == number:
                    shown = name[8:16]
                    self._txn.delete(key, db=self._table["names"])
            self._txn.delete(order_key(record, NUMBER.unpack(number)[0]), db=self._table["order"])
            self._add(b"people", -1)
            self._add(b"shown", -int(record.digest is not None))
            self._txn.delete(number, db=self._table["lacking"])
        for part in record.parts:
            at = origin_key(part.source, part.origin)
            entry = Entry.unpack(self._need("origins", at))
            self._kept[shown if entry.picture is None else entry.picture] -= 1
            self._txn.delete(at, db=self._table["origins"])
        self._txn.delete(number, db=self._table["people"])

    def _names(self, record: Record, number: bytes, keys: set[bytes]) -> set[bytes]:
        """Give what a record is found by: its own names (`keys`), and those of its parts that nobody else has."""
        if not record.told:
            return keys
        more = {key for part in record.told if not part.hidden for key in part.person.index_keys()} - keys
        return keys | {key for key in more if (name := self._get("names", key)) is None or name[:8] == number}

    def _refuse_parts_of_others(self, record: Record, number: bytes | None) -> None:
        for part in record.told:
            found = self._get("origins", origin_key(part.source, part.origin))
            if found is not None and found[:8] != number:
                raise LibraryError(f"{part.source}: {part.origin} is told of somebody else already")

    def _refuse_taken(self, keys: set[bytes], number: bytes | None) -> None:
        found = ((key, self._get("names", key)) for key in keys)
        taken = {key: name[:8] for key, name in found if name is not None and name[:8] != number}
        if not taken:
            return
        key = min(taken, key=readable_first)
        raise name_taken(key, decode(self._need("people", taken[key])))

    # -- who is hidden

    def _hide(self, wanted: set[bytes], flags: int) -> list[Record]:
        for key in list(wanted):
            name = self._get("names", key)
            if name is not None:
                wanted |= lasting(self._names_of(name[:8])[1])
        together = {mark[1:] for key in wanted if (mark := self._get("meta", HIDE + key))}
        wanted |= {key for key, mark in self._marks() if mark[1:] in together}  # names that they had before, too
        group = os.urandom(8)
        self._marked = None
        for key in wanted:
            if flags:
                self._put("meta", HIDE + key, bytes([flags]) + group)
            else:
                self._txn.delete(HIDE + key, db=self._table["meta"])
        numbers = sorted({name[:8] for key in wanted if (name := self._get("names", key))})
        return [self._mark_person(number) for number in numbers]

    def _mark_person(self, number: bytes) -> Record:
        """Write into a person's records what the marks on their names say."""
        record, keys = self._names_of(number)
        flags = max((mark[0] for key in keys if (mark := self._get("meta", HIDE + key))), default=0)
        for key in keys:
            name = self._get("names", key)
            if name is not None:
                self._put("names", key, name[:FLAGS] + bytes([flags]))
        record = replace(record, shown_to=AUDIENCES[flags])
        self._put("people", number, encode(record))
        return record

    def _names_of(self, number: bytes) -> tuple[Record, set[bytes]]:
        record = decode(self._need("people", number))
        return record, self._names(record, number, record.person.index_keys())

    def _hide_new_names(self, keys: set[bytes]) -> int:
        """Give the flags of a person by their names; where one is hidden all are, or a change of names would unhide."""
        if self._marked is None:
            self._marked = any(True for _ in self._marks())
        if not self._marked:
            return 0
        mark = max((mark for key in keys if (mark := self._get("meta", HIDE + key))), default=None)
        if mark is None:
            return 0
        for key in lasting(keys):
            if self._get("names", key) is None:  # a leaver's name may be somebody else's by now
                self._put("meta", HIDE + key, mark)
        return int(mark[0])

    def _marks(self) -> Iterator[tuple[bytes, bytes]]:
        return marks(self._txn, self._table)

    def _take_in(self, portrait: Portrait) -> tuple[bytes, int]:
        """Store a portrait's renditions, unless they are there, and give the picture's number and mask of rungs."""
        at = portrait.digest + RECIPE.to_bytes(2)
        picture = self._get("digests", at)
        mask, kept = PICTURE.unpack(self._need("pictures", picture))[2:] if picture is not None else (0, 0)
        if mask:
            return picture, mask
        if picture is None:
            picture = self._next(b"picture")
            self._put("digests", at, picture)
        mask = mask_of(portrait.renditions)
        self._put("pictures", picture, PICTURE.pack(portrait.digest, RECIPE, mask, kept))
        self._kept[picture] += 0  # so that it goes at the end if nobody has it then
        for rung, body in portrait.renditions.items():
            self._put("renditions", picture + rung.to_bytes(2), entity.pack(body))
        return picture, mask

    def _picture_of(self, digest: bytes | None, *, absent: bool = False) -> tuple[bytes, int]:
        if digest is None:
            return NOBODY, 0
        for recipe in range(RECIPE, 0, -1):  # an older recipe's renditions serve until the photo is made anew
            picture = self._get("digests", digest + recipe.to_bytes(2))
            if picture is not None:
                return picture, PICTURE.unpack(self._need("pictures", picture))[2]
        if not absent:
            raise LibraryError("a photo is to be shown that the library does not have")
        picture = self._next(b"picture")
        self._put("digests", digest + RECIPE.to_bytes(2), picture)
        self._put("pictures", picture, PICTURE.pack(digest, RECIPE, 0, 0))
        return picture, 0

    def _get(self, table: str, key: bytes) -> Any:
        return self._txn.get(key, None, self._table[table])

    def _need(self, table: str, key: bytes) -> Any:
        value = self._get(table, key)
        if value is None:
            raise damaged(self._folder, f"an entry of {table!r} is missing")
        return value

    def _put(self, table: str, key: bytes, value: bytes) -> None:
        self._txn.put(key, value, db=self._table[table])

    def _next(self, what: bytes) -> bytes:
        """Give the next number of a kind; numbers are never given twice, and none is zero."""
        return NUMBER.pack(self._add(b"next " + what, 1))

    def _add(self, counter: bytes, change: int) -> int:
        value = self._counters.get(counter)
        if value is None:
            value = NUMBER.unpack(self._get("meta", counter) or bytes(8))[0]
        self._counters[counter] = value + change
        return value + change


def row_of(number: bytes, raw: bytes, name_of: Callable[[bytes], bytes | None]) -> Row:
    """Give a person's row; the names that lead to them are some of those that they, or their parts, have."""
    record = decode(raw)
    keys = {key for each in (record, *record.parts) for key in each.person.index_keys()}
    names = ((key, name_of(key)) for key in keys)
    return Row(number, record, frozenset(key for key, name in names if name is not None and name[:8] == number))


def marks(txn: Any, table: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the index keys that are hidden, with their marks."""
    cursor = txn.cursor(db=table["meta"])
    there = cursor.set_range(HIDE)
    while there and cursor.key().startswith(HIDE):
        yield cursor.key()[len(HIDE) :], cursor.value()
        there = cursor.next()
