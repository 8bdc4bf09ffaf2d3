"""Photos whose pictures are to be made by whichever machine has hands free: who asks for them.

A row of `limner.work` is a photo that waits: the original is in the store, at a place below `incoming`, until its
pictures are in the library. Who makes them is in `limner.library.shared.hand`. The queue is a table of our own, and not
`procrastinate`, since most of what is needed would stand beside that: a job is known by its photo's digest, its outcome
becomes the library's in the very transaction that shows it, and tries are counted that a machine did not survive.

    waiting     nobody has it, or the hand whose number stands in it; a hand that is gone gives it back by being gone
    made        pictures are in the store, and become the library's by `Batch.adopt`
    refused     the photo is none that can be taken
    aside       three hands died of it, or their decoders: nobody tries again; kept for `limner status`
"""

from __future__ import annotations

import os
import select
from collections.abc import Collection, Iterable
from typing import Any, Final

from limner.library.engine import Asked
from limner.library.shared.border import border
from limner.library.shared.link import Connection, Link
from limner.library.shared.pack import LIMIT
from limner.library.shared.schema import HANDS, version_of
from limner.library.shared.shelf import open_shelf
from limner.picture import RECIPE
from limner.settings import SharedPlace

TABLES = 2  # the version that has a queue
WAITING, MADE, REFUSED, ASIDE = range(4)
WORK, DONE = "limner_work", "limner_made"  # what is told when there is work, and when some is done
LIVE: Final = (
    f"select objid::bigint from pg_locks where locktype = 'advisory' and classid = {HANDS} and objsubid = 2 "  # noqa: S608
    "and granted and database = (select oid from pg_database where datname = current_database())"
)
_KEPT = {WAITING: "1 day", MADE: "1 day", REFUSED: "1 day", ASIDE: "30 days"}


class Queue:
    """The queue of a shared library, for the one sync that runs; see `limner.library.engine.Queue`."""

    most_bytes = LIMIT

    def __init__(self, place: SharedPlace) -> None:
        self._link = Link(place)
        self._shelf = open_shelf(place, self._link)
        self._listening: Connection | None = None

    def hands(self) -> int:
        return int(self._read(f"select count(*) from ({LIVE}) l")[0][0])  # noqa: S608

    def put(self, photos: Iterable[Asked]) -> None:
        wanted = {asked.digest: asked for asked in photos}
        connection = self._open()
        with border(self._link.where), connection.transaction():
            self._drop("digest = any(%s) and recipe = %s and state = %s", list(wanted), RECIPE, REFUSED)
            known = connection.execute(
                "select digest from limner.work where digest = any(%s) and recipe = %s", (list(wanted), RECIPE)
            )
            for (digest,) in known.fetchall():
                del wanted[digest]  # type: ignore[arg-type]
            places = {digest: f"incoming/{digest.hex()}-{os.urandom(8).hex()}" for digest in wanted}
            uploads = [self._shelf.begin(connection, places[asked.digest], asked.photo()) for asked in wanted.values()]
            for upload in uploads:
                if upload is not None:
                    upload.result()
            with connection.cursor() as cursor:
                cursor.executemany(
                    "insert into limner.work (digest, recipe, called, place) values (%s, %s, %s, %s)",
                    [(each.digest, RECIPE, _raw(each.called), places[each.digest]) for each in wanted.values()],
                )
            connection.execute("select pg_notify(%s, '')", (WORK,))

    def done(self, digests: Collection[bytes]) -> dict[bytes, str | None]:
        query = "select digest, state, reason from limner.work where recipe = %s and digest = any(%s)"
        found = {digest: (state, reason) for digest, state, reason in self._read(query, RECIPE, list(digests))}
        gone: dict[bytes, str | None] = dict.fromkeys(set(digests) - found.keys(), "")
        return gone | {digest: reason for digest, (state, reason) in found.items() if state != WAITING}

    def wait(self, seconds: float) -> None:
        connection = self._open()
        with border(self._link.where):
            if connection is not self._listening:
                connection.execute(f"listen {DONE}".encode())
                self._listening = connection
            elif select.select([connection.fileno()], [], [], seconds)[0]:
                connection.execute("select 1")  # takes what has come

    def aside(self) -> list[tuple[str, str]]:
        if self._link.read(version_of)[0] < TABLES:
            return []  # nobody has written to it since limner was updated
        rows = self._read("select called, reason from limner.work where state = %s order by called", ASIDE)
        return [(called.decode("utf-8", "surrogateescape"), reason) for called, reason in rows]

    def try_again(self) -> None:
        with border(self._link.where), self._open().transaction():
            self._drop("state = %s", ASIDE)

    def tidy(self) -> None:
        with border(self._link.where), self._open().transaction():
            for state, kept in _KEPT.items():
                self._drop(f"state = %s and since < now() - interval '{kept}'", state)

    def close(self) -> None:
        self._shelf.close()
        self._link.close()

    def _drop(self, condition: str, *values: object) -> None:
        """Forget photos; what is in the store of them goes with the next batch that sweeps."""
        self._open().execute(
            f"with gone as (delete from limner.work where {condition} returning place, made), "  # noqa: S608
            "places as (select place from gone union select made from gone) "
            "insert into limner.leftovers select place from places where place is not null on conflict do nothing",
            values,
        )

    def _open(self) -> Connection:
        return self._link.open()

    def _read(self, query: Any, *values: object) -> Any:
        return self._link.read(lambda connection: connection.execute(query, values).fetchall())


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
