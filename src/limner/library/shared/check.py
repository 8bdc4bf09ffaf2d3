"""`limner library check`: every row of a shared library against every other that speaks of it, and the store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from limner.errors import LimnerError
from limner.library.engine import Fault
from limner.library.keys import order_key, origin_key
from limner.library.record import AUDIENCES, Record, decode
from limner.library.shared.link import Connection
from limner.library.shared.pictures import Pictures

PARALLEL = 16  # pictures that are read at once

_ORPHANS = {
    "names": "select 'name ' || encode(n.key, 'escape') from limner.names n left join limner.people p using (number) "
    "where p.record is null or not n.key = any(p.names)",
    "parts": "select encode(s.source, 'escape') || ': ' || encode(s.origin, 'escape') from limner.parts s "
    "left join limner.people p using (number) where p.record is null",
    "pictures": "select 'picture ' || number from limner.pictures i where not exists "
    "(select 1 from limner.parts where picture = i.number)",
}
_COUNTERS = (
    "select s.person >= (select coalesce(max(number), 0) from limner.people), "
    "s.picture >= (select coalesce(max(number), 0) from limner.pictures), "
    "s.seq >= greatest((select max(changed) from limner.people), (select max(changed) from limner.hidden), "
    "(select max(changed) from limner.notes), 0) from limner.state s"
)


def faults(connection: Connection, pictures: Pictures) -> Iterator[Fault]:
    """Yield everything that contradicts itself in the state that an open transaction sees."""
    connection.execute("set transaction isolation level repeatable read")
    marks = dict(_rows(connection, "select key, audience from limner.hidden"))
    query = (
        "select p.number, p.record, p.place, p.names, p.modified, p.audience, p.picture, i.digest from limner.people p "
        "left join limner.pictures i on i.number = p.picture where p.record is not null order by p.number"
    )
    for row in _rows(connection, query):
        try:
            record = decode(row[1])
            found = list(_of_person(connection, record, row, marks))
        except LimnerError as why:
            yield Fault(f"person {row[0]}", why.message)
            continue
        yield from (Fault(record.person.label, what) for what in found)
    for table, orphans in _ORPHANS.items():
        what = "belongs to nobody" if table == "pictures" else "leads to nobody"
        yield from (Fault(str(where), what) for (where,) in _rows(connection, orphans))
    for sound in _rows(connection, _COUNTERS):
        if not all(sound):
            yield Fault("counters", "a number is given already that comes next")
    yield from _pictures(connection, pictures)


def _rows(connection: Connection, query: Any) -> Iterator[Any]:
    with connection.cursor(name="check") as cursor:
        cursor.itersize = 1000
        cursor.execute(query)
        yield from cursor


def _of_person(connection: Connection, record: Record, row: Any, marks: dict[bytes, int]) -> Iterator[str]:
    number, _, place, names, modified, audience, picture, digest = row
    keys = set() if record.hidden else record.person.index_keys()
    if not keys <= set(names):
        yield "not found by all of their names"
    led = connection.execute("select count(*) from limner.names where number = %s", (number,)).fetchone()
    if led is None or led[0] != len(names):
        yield "their names do not all lead to them"
    if place != (None if record.hidden else order_key(record, number)):
        yield "missing in the list of people, or in another place"
    if modified != record.modified:
        yield "the time of their photo is not the one on record"
    if digest != record.digest or (picture is None) != (record.digest is None):
        yield "the photo they show is not the one on record"
    hidden = max((marks.get(key, 0) for key in keys), default=0)
    if AUDIENCES.index(record.shown_to) != audience or (keys and audience < hidden):
        yield "whom they are shown to is not what is on record"
    query = (
        "select s.key, s.version, s.hidden, i.digest from limner.parts s "
        "left join limner.pictures i on i.number = s.picture where s.number = %s"
    )
    held = {key: (version, hidden, digest) for key, version, hidden, digest in connection.execute(query, (number,))}
    wanted = {
        origin_key(part.source, part.origin): (part.version.encode(), bool(part.hidden), part.digest)
        for part in record.parts
    }
    if held != wanted:
        yield "what their sources say is not what is on record"


def _pictures(connection: Connection, pictures: Pictures) -> Iterator[Fault]:
    """Read every picture from the store."""

    def look(row: Any) -> Fault | None:
        number, digest, rungs, sizes, place, checksum = row
        try:
            held = pictures.renditions(place, checksum, digest)
        except LimnerError as why:
            return Fault(f"picture {number}", why.message)
        if {rung: len(body) for rung, body in held.items()} != dict(zip(rungs, sizes, strict=True)):
            return Fault(f"picture {number}", "its renditions are not those on record")
        return None

    rows = _rows(connection, "select number, digest, rungs, sizes, place, sum from limner.pictures order by number")
    with ThreadPoolExecutor(PARALLEL) as threads:
        while step := list(islice(rows, 20 * PARALLEL)):
            yield from (fault for fault in threads.map(look, step) if fault is not None)
