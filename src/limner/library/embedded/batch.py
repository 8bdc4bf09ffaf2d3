"""Changes to an embedded library, in one LMDB transaction."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from limner.errors import LibraryError, NameTakenError
from limner.library import entity
from limner.library.embedded.border import border, damaged
from limner.library.embedded.layout import FLAGS, HIDE, NUMBER, PICTURE, order_key, origin_key
from limner.library.record import AUDIENCES, Record, decode, encode
from limner.picture import LADDER, RECIPE, Portrait


class EmbeddedBatch:
    """Changes in one LMDB transaction; see `limner.library.engine.Batch`."""

    def __init__(self, txn: Any, table: dict[str, Any], folder: Path) -> None:
        self._txn = txn
        self._table = table
        self._folder = folder
        self._unshown: set[bytes] = set()

    def put(self, record: Record, portrait: Portrait | None = None) -> None:
        with border(self._folder):
            self._put_record(record, portrait)

    def remove(self, source: str, origin: str) -> bool:
        with border(self._folder):
            return self._remove_record(source, origin)

    def has_picture(self, digest: bytes, recipe: int = RECIPE) -> bool:
        with border(self._folder):
            return self._get("digests", digest + recipe.to_bytes(2)) is not None

    def hide(self, keys: Collection[bytes], shown_to: str) -> list[Record]:
        with border(self._folder):
            return self._hide(set(keys), AUDIENCES.index(shown_to))

    def drop_unshown(self) -> None:
        """Delete the pictures that nobody shows at the end of the batch."""
        for picture in self._unshown:
            digest, recipe, mask, shown = PICTURE.unpack(self._need("pictures", picture))
            if shown:
                continue
            for i, rung in enumerate(LADDER):
                if mask >> i & 1:
                    self._txn.delete(picture + rung.to_bytes(2), db=self._table["renditions"])
            self._txn.delete(picture, db=self._table["pictures"])
            self._txn.delete(digest + recipe.to_bytes(2), db=self._table["digests"])
        self._unshown.clear()

    def _put_record(self, record: Record, portrait: Portrait | None) -> None:
        found = self._get("origins", origin_key(record.source, record.origin))
        number = found[:8] if found else None
        old = decode(self._need("people", number)) if number else None
        keys = record.person.index_keys()
        self._refuse_taken(keys, number)
        if portrait is not None:
            picture, mask = self._take_in(portrait)
        elif record.digest is not None:
            picture, mask = self._picture_of(record.digest)
        else:
            picture, mask = bytes(8), 0
        if number is None:
            number = self._next(b"person")
            self._add(b"people", 1)
        old_picture = bytes(8)
        if old is not None:
            old_keys = old.person.index_keys()
            old_picture = self._need("names", next(iter(old_keys)))[8:16]
            for key in old_keys - keys:
                self._txn.delete(key, db=self._table["names"])
            self._txn.delete(order_key(old, NUMBER.unpack(number)[0]), db=self._table["order"])
        self._show(old_picture, picture)
        flags = self._hide_new_names(keys)
        value = number + picture + record.modified.to_bytes(4) + mask.to_bytes(2) + bytes([flags])
        for key in keys:
            self._put("names", key, value)
        digest = self._need("pictures", picture)[:32] if mask else None
        stored = replace(record, digest=digest, shown_to=AUDIENCES[flags])
        self._put("people", number, encode(stored))
        self._put("order", order_key(stored, NUMBER.unpack(number)[0]), b"")
        self._put("origins", origin_key(record.source, record.origin), number + record.version.encode("utf-8"))

    def _remove_record(self, source: str, origin: str) -> bool:
        found = self._get("origins", origin_key(source, origin))
        if found is None:
            return False
        number = found[:8]
        record = decode(self._need("people", number))
        keys = record.person.index_keys()
        picture = self._need("names", next(iter(keys)))[8:16]
        for key in keys:
            self._txn.delete(key, db=self._table["names"])
        self._show(picture, bytes(8))
        self._txn.delete(order_key(record, NUMBER.unpack(number)[0]), db=self._table["order"])
        self._txn.delete(number, db=self._table["people"])
        self._txn.delete(origin_key(source, origin), db=self._table["origins"])
        self._add(b"people", -1)
        return True

    def _refuse_taken(self, keys: set[bytes], number: bytes | None) -> None:
        for key in sorted(keys, key=_readable_first):
            name = self._get("names", key)
            if name is not None and name[:8] != number:
                other = decode(self._need("people", name[:8]))
                raise NameTakenError(
                    f"{key[1:].decode('utf-8', 'replace')!r} belongs to {other.person.label} already"
                    f" (from {other.source}: {other.origin})",
                    hint="a name leads to one person only: take it from one of the two",
                    source=other.source,
                    origin=other.origin,
                )

    # -- who is hidden

    def _hide(self, wanted: set[bytes], flags: int) -> list[Record]:
        for key in list(wanted):
            name = self._get("names", key)
            if name is not None:
                wanted |= _lasting(decode(self._need("people", name[:8])).person.index_keys())
        together = {mark[1:] for key in wanted if (mark := self._get("meta", HIDE + key))}
        wanted |= {key for key, mark in self._marks() if mark[1:] in together}  # names that they had before, too
        group = os.urandom(8)
        for key in wanted:
            if flags:
                self._put("meta", HIDE + key, bytes([flags]) + group)
            else:
                self._txn.delete(HIDE + key, db=self._table["meta"])
        numbers = sorted({name[:8] for key in wanted if (name := self._get("names", key))})
        return [self._mark_person(number) for number in numbers]

    def _mark_person(self, number: bytes) -> Record:
        """Write into a person's records what the marks on their names say."""
        record = decode(self._need("people", number))
        keys = record.person.index_keys()
        flags = max((mark[0] for key in keys if (mark := self._get("meta", HIDE + key))), default=0)
        for key in keys:
            name = self._need("names", key)
            self._put("names", key, name[:FLAGS] + bytes([flags]))
        record = replace(record, shown_to=AUDIENCES[flags])
        self._put("people", number, encode(record))
        return record

    def _hide_new_names(self, keys: set[bytes]) -> int:
        """Give the flags of a person by their names; where one is hidden all are, or a change of names would unhide."""
        mark = max((mark for key in keys if (mark := self._get("meta", HIDE + key))), default=None)
        if mark is None:
            return 0
        for key in _lasting(keys):
            self._put("meta", HIDE + key, mark)
        return int(mark[0])

    def _marks(self) -> Iterator[tuple[bytes, bytes]]:
        return marks(self._txn, self._table)

    def _take_in(self, portrait: Portrait) -> tuple[bytes, int]:
        """Store a portrait's renditions, unless they are there, and give the picture's number and mask of rungs."""
        at = portrait.digest + RECIPE.to_bytes(2)
        picture = self._get("digests", at)
        if picture is not None:
            return picture, PICTURE.unpack(self._need("pictures", picture))[2]
        picture = self._next(b"picture")
        mask = sum(1 << LADDER.index(rung) for rung in portrait.renditions)
        self._put("digests", at, picture)
        self._put("pictures", picture, PICTURE.pack(portrait.digest, RECIPE, mask, 0))
        for rung, body in portrait.renditions.items():
            self._put("renditions", picture + rung.to_bytes(2), entity.pack(body))
        return picture, mask

    def _picture_of(self, digest: bytes) -> tuple[bytes, int]:
        for recipe in range(RECIPE, 0, -1):  # an older recipe's renditions serve until the photo is made anew
            picture = self._get("digests", digest + recipe.to_bytes(2))
            if picture is not None:
                return picture, PICTURE.unpack(self._need("pictures", picture))[2]
        raise LibraryError("a photo is to be shown that the library does not have")

    def _show(self, old: bytes, new: bytes) -> None:
        """Count who shows which picture; one that nobody shows stays until the batch ends, for two may swap theirs."""
        if old == new:
            return
        nobody = bytes(8)
        for picture, change in ((new, 1), (old, -1)):
            if picture != nobody:
                digest, recipe, mask, shown = PICTURE.unpack(self._need("pictures", picture))
                self._put("pictures", picture, PICTURE.pack(digest, recipe, mask, shown + change))
                if shown + change == 0:
                    self._unshown.add(picture)
        self._add(b"shown", (new != nobody) - (old != nobody))

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
        value: int = NUMBER.unpack(self._get("meta", counter) or bytes(8))[0] + change
        self._put("meta", counter, NUMBER.pack(value))
        return value


def marks(txn: Any, table: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the index keys that are hidden, with their marks."""
    cursor = txn.cursor(db=table["meta"])
    there = cursor.set_range(HIDE)
    while there and cursor.key().startswith(HIDE):
        yield cursor.key()[len(HIDE) :], cursor.value()
        there = cursor.next()


def _lasting(keys: set[bytes]) -> set[bytes]:
    """Give the index keys of names; a mail address's hashes come and go with it."""
    return {key for key in keys if key[:1] not in b"52"}


def _readable_first(key: bytes) -> tuple[bool, bytes]:
    """Sort index keys so that an error names an address or user name rather than a hash of it."""
    return key[:1] not in b"mudk", key
