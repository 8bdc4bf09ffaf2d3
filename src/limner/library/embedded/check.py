"""`limner library check`: every record of an embedded library against every other that speaks of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from limner.errors import LimnerError
from limner.library import entity
from limner.library.embedded.layout import FLAGS, HIDE, NAME, PICTURE, order_key, origin_key
from limner.library.engine import Fault
from limner.library.record import AUDIENCES, Record, decode
from limner.picture import LADDER


def faults(txn: Any, table: dict[str, Any]) -> Iterator[Fault]:
    """Yield everything in an open transaction's state that contradicts itself."""
    shown: Counter[bytes] = Counter()
    yield from _people(txn, table, shown)
    yield from _names(txn, table)
    yield from _pictures(txn, table, shown)
    yield from _renditions(txn, table)


def _rows(txn: Any, table: Any) -> Iterator[tuple[bytes, bytes]]:
    cursor = txn.cursor(db=table)
    there = cursor.first()
    while there:
        yield cursor.item()
        there = cursor.next()


def _people(txn: Any, table: dict[str, Any], shown: Counter[bytes]) -> Iterator[Fault]:
    people = with_photo = 0
    for number, raw in _rows(txn, table["people"]):
        people += 1
        try:
            record = decode(raw)
            keys = record.person.index_keys()
        except LimnerError as why:
            yield Fault(f"person {number.hex()}", why.message)
            continue
        label = record.person.label
        values = {txn.get(key, db=table["names"]) for key in keys}
        value = next(iter(values))
        if len(values) != 1 or value is None or len(value) != NAME.size or value[:8] != number:
            yield Fault(label, "not found by all of their names")
            continue
        if value[20:22] != b"\0\0":
            with_photo += 1
            shown[value[8:16]] += 1
        yield from (Fault(label, what) for what in _of_person(txn, table, record, number, value))
    yield from _counters(txn, table, people, with_photo)


def _of_person(txn: Any, table: dict[str, Any], record: Record, number: bytes, value: bytes) -> Iterator[str]:
    """Compare a record with its name record and with the other tables."""
    if int.from_bytes(value[16:20]) != record.modified:
        yield "the time of their photo is not the one on record"
    picture = txn.get(value[8:16], db=table["pictures"])
    if value[20:22] == b"\0\0":
        if record.digest is not None or value[8:16] != bytes(8):
            yield "the photo on record is not shown"
    elif picture is None or picture[:32] != record.digest or picture[34:36] != value[20:22]:
        yield "the photo they show is not the one on record"
    hidden = max((mark[0] for key in record.person.index_keys() if (mark := _mark(txn, table, key))), default=0)
    if (AUDIENCES.index(record.shown_to), value[FLAGS]) != (hidden, hidden):
        yield "whom they are shown to is not what is on record"
    if txn.get(order_key(record, int.from_bytes(number)), db=table["order"]) is None:
        yield "missing in the list of people"
    origin = txn.get(origin_key(record.source, record.origin), db=table["origins"])
    if origin is None or origin[:8] != number:
        yield f"their source ({record.source}: {record.origin}) does not lead to them"
    elif origin[8:] != record.version.encode("utf-8"):
        yield f"their source ({record.source}: {record.origin}) has another version on record"


def _mark(txn: Any, table: dict[str, Any], key: bytes) -> Any:
    return txn.get(HIDE + key, db=table["meta"])


def _counters(txn: Any, table: dict[str, Any], people: int, with_photo: int) -> Iterator[Fault]:
    if (_counter(txn, table, b"people"), _counter(txn, table, b"shown")) != (people, with_photo):
        yield Fault("counters", f"{people} people, {with_photo} with a photo, were counted otherwise")
    for name, kind in (("people", b"person"), ("pictures", b"picture")):
        cursor = txn.cursor(db=table[name])
        if cursor.last() and int.from_bytes(cursor.key()) > _counter(txn, table, b"next " + kind):
            yield Fault("counters", f"the next number of a {kind.decode()} is given already")
    for name in ("order", "origins"):
        if txn.stat(table[name])["entries"] != people:
            yield Fault(name, "holds entries that belong to nobody")


def _counter(txn: Any, table: dict[str, Any], name: bytes) -> int:
    return int.from_bytes(txn.get(name, bytes(8), db=table["meta"]))


def _names(txn: Any, table: dict[str, Any]) -> Iterator[Fault]:
    for key, value in _rows(txn, table["names"]):
        raw = txn.get(value[:8] or bytes(8), db=table["people"])
        try:
            lost = raw is None or key not in decode(raw).person.index_keys()
        except LimnerError:
            continue  # said already
        if lost:
            yield Fault(f"name {key!r}", "leads to nobody")


def _pictures(txn: Any, table: dict[str, Any], shown: Counter[bytes]) -> Iterator[Fault]:
    for number, raw in _rows(txn, table["pictures"]):
        where = f"picture {int.from_bytes(number)}"
        if len(raw) != PICTURE.size:
            yield Fault(where, "its entry is damaged")
            continue
        digest, recipe, mask, count = PICTURE.unpack(raw)
        if shown[number] != count or not count:
            yield Fault(where, f"shown by {shown[number]} people, {count} on record")
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
