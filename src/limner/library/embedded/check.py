"""`limner library check`: every record of an embedded library against every other that speaks of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from limner.errors import LimnerError
from limner.library import entity
from limner.library.embedded.layout import FLAGS, HIDE, NAME, PICTURE, Entry
from limner.library.engine import Fault
from limner.library.keys import order_key, origin_key
from limner.library.record import AUDIENCES, Record, decode
from limner.picture import LADDER


def faults(txn: Any, table: dict[str, Any]) -> Iterator[Fault]:
    """Yield everything in an open transaction's state that contradicts itself."""
    kept: Counter[bytes] = Counter()
    yield from _people(txn, table, kept)
    yield from _names(txn, table)
    yield from _pictures(txn, table, kept)
    yield from _renditions(txn, table)


def _rows(txn: Any, table: Any) -> Iterator[tuple[bytes, bytes]]:
    cursor = txn.cursor(db=table)
    there = cursor.first()
    while there:
        yield cursor.item()
        there = cursor.next()


def _people(txn: Any, table: dict[str, Any], kept: Counter[bytes]) -> Iterator[Fault]:
    people = with_photo = parts = 0
    for number, raw in _rows(txn, table["people"]):
        try:
            record = decode(raw)
            keys = set() if record.hidden else record.person.index_keys()
        except LimnerError as why:
            people += 1
            parts += 1
            yield Fault(f"person {number.hex()}", why.message)
            continue
        label = record.person.label
        people += not record.hidden
        parts += len(record.parts)
        yield from (Fault(label, what) for what in _parts(txn, table, record, number, kept))
        if record.hidden:
            continue
        values = {txn.get(key, db=table["names"]) for key in keys}
        value = next(iter(values))
        if len(values) != 1 or value is None or len(value) != NAME.size or value[:8] != number:
            yield Fault(label, "not found by all of their names")
            continue
        with_photo += value[8:16] != bytes(8)
        yield from (Fault(label, what) for what in _of_person(txn, table, record, number, value))
    yield from _counters(txn, table, people, with_photo, parts)


def _parts(txn: Any, table: dict[str, Any], record: Record, number: bytes, kept: Counter[bytes]) -> Iterator[str]:
    """Compare what each source says of somebody with the table of sources, and count the pictures that are kept."""
    for part in record.parts:
        where = f"their source ({part.source}: {part.origin})"
        raw = txn.get(origin_key(part.source, part.origin), db=table["origins"])
        entry = Entry.unpack(raw) if raw is not None else None
        if entry is None or entry.number != number:
            yield f"{where} does not lead to them"
            continue
        if (entry.version, entry.hidden) != (part.version, bool(part.hidden)):
            yield f"{where} has another version on record"
        if entry.picture is None:
            key = min(record.person.index_keys())
            kept[(txn.get(key, db=table["names"]) or bytes(16))[8:16]] += 1
            continue
        kept[entry.picture] += 1
        picture = txn.get(entry.picture, db=table["pictures"])
        if (picture and picture[:32]) != part.digest:
            yield f"{where} has another photo on record"
    for key in {key for part in record.told if not part.hidden for key in part.person.index_keys()}:
        if not record.hidden and txn.get(key, db=table["names"]) is None:
            yield "not found by all of the names that are told of them"
            return


def _of_person(txn: Any, table: dict[str, Any], record: Record, number: bytes, value: bytes) -> Iterator[str]:
    """Compare a record with its name record and with the other tables."""
    if int.from_bytes(value[16:20]) != record.modified:
        yield "the time of their photo is not the one on record"
    picture = txn.get(value[8:16], db=table["pictures"])
    if picture is None and value[8:16] + value[20:22] == bytes(10):
        if record.digest is not None:
            yield "the photo on record is not shown"
    elif picture is None or picture[:32] != record.digest or picture[34:36] != value[20:22]:
        yield "the photo they show is not the one on record"
    hidden = max((mark[0] for key in record.person.index_keys() if (mark := _mark(txn, table, key))), default=0)
    if (AUDIENCES.index(record.shown_to), value[FLAGS]) != (hidden, hidden):
        yield "whom they are shown to is not what is on record"
    if txn.get(order_key(record, int.from_bytes(number)), db=table["order"]) is None:
        yield "missing in the list of people"


def _mark(txn: Any, table: dict[str, Any], key: bytes) -> Any:
    return txn.get(HIDE + key, db=table["meta"])


def _counters(txn: Any, table: dict[str, Any], people: int, with_photo: int, parts: int) -> Iterator[Fault]:
    if (_counter(txn, table, b"people"), _counter(txn, table, b"shown")) != (people, with_photo):
        yield Fault("counters", f"{people} people, {with_photo} with a photo, were counted otherwise")
    for name, kind in (("people", b"person"), ("pictures", b"picture")):
        cursor = txn.cursor(db=table[name])
        if cursor.last() and int.from_bytes(cursor.key()) > _counter(txn, table, b"next " + kind):
            yield Fault("counters", f"the next number of a {kind.decode()} is given already")
    for name, count in (("order", people), ("origins", parts)):
        if txn.stat(table[name])["entries"] != count:
            yield Fault(name, "holds entries that belong to nobody")


def _counter(txn: Any, table: dict[str, Any], name: bytes) -> int:
    return int.from_bytes(txn.get(name, bytes(8), db=table["meta"]))


def _names(txn: Any, table: dict[str, Any]) -> Iterator[Fault]:
    for key, value in _rows(txn, table["names"]):
        raw = txn.get(value[:8] or bytes(8), db=table["people"])
        try:
            lost = raw is None or not _is_name(key, decode(raw))
        except LimnerError:
            continue  # said already
        if lost:
            yield Fault(f"name {key!r}", "leads to nobody")


def _is_name(key: bytes, record: Record) -> bool:
    """Tell whether somebody is to be found by an index key."""
    shown = (record, *record.told)
    return not record.hidden and any(key in each.person.index_keys() for each in shown if not each.hidden)


def _pictures(txn: Any, table: dict[str, Any], kept: Counter[bytes]) -> Iterator[Fault]:
    for number, raw in _rows(txn, table["pictures"]):
        where = f"picture {int.from_bytes(number)}"
        if len(raw) != PICTURE.size:
            yield Fault(where, "its entry is damaged")
            continue
        digest, recipe, mask, count = PICTURE.unpack(raw)
        if kept[number] != count or not count:
            yield Fault(where, f"had by {kept[number]} people, {count} on record")
        if txn.get(digest + recipe.to_bytes(2), db=table["digests"]) != number:
            yield Fault(where, "not found by the digest of its original")
        for i, rung in enumerate(LADDER):
            if mask >> i & 1 and txn.get(number + rung.to_bytes(2), db=table["renditions"]) is None:
                yield Fault(where, f"its rendition of {rung} px is missing")
    if txn.stat(table["digests"])["entries"] != txn.stat(table["pictures"])["entries"]:
        yield Fault("digests", "hold pictures that are not there")


def _renditions(txn: Any, table: dict[str, Any]) -> Iterator[Fault]:
    for key, value in _rows(txn, table["renditions"]):
        where = f"picture {int.from_bytes(key[:8])} at {int.from_bytes(key[8:])} px"
        picture = txn.get(key[:8], db=table["pictures"])
        rung = int.from_bytes(key[8:])
        if picture is None or rung not in LADDER or not int.from_bytes(picture[34:36]) >> LADDER.index(rung) & 1:
            yield Fault(where, "belongs to no picture")
        if not entity.is_whole(value):
            yield Fault(where, "its bytes are not those that were stored")
