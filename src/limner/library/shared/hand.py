"""Photos whose pictures are to be made by whichever machine has hands free: who makes them.

A hand has a number, and holds a lock of that number for as long as its connection to the database lives. What it has in
hand bears the number. So nobody needs a clock to know that a hand is gone: its lock is, and others take up its work.
A try is counted before it is made. A photo of which three hands died is set aside.
"""

from __future__ import annotations

import os
import select
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from limner.library.shared import pack
from limner.library.shared.border import border
from limner.library.shared.link import Connection, Link
from limner.library.shared.queue import ASIDE, DONE, LIVE, MADE, REFUSED, WAITING, WORK
from limner.library.shared.schema import HANDS
from limner.library.shared.shelf import open_shelf
from limner.picture import LADDER, RECIPE
from limner.settings import SharedPlace

TRIES: Final = 3
_DIED = f"{TRIES} workers died while they made its pictures"


@dataclass(frozen=True, slots=True)
class Work:
    """A photo in hand: its digest, where the original is, and which try this is."""

    digest: bytes
    place: str
    tries: int


class Hand:
    """One that makes pictures, one photo at a time; to be used by one thread. Verbs raise AwayError, LibraryError."""

    def __init__(self, place: SharedPlace) -> None:
        self._link = Link(place)
        self._shelf = open_shelf(place, self._link)
        self._connection: Connection | None = None
        self._number = 0
        self.where = self._link.where

    def take(self) -> Work | None:
        """Take a photo that waits; None: there is none. What hands that are gone had is taken too."""
        connection = self._open()
        with border(self.where):
            row = self._next(connection)
            if row is None and self._give_back(connection):
                row = self._next(connection)
        return Work(row[0], row[1], row[2]) if row else None

    def _next(self, connection: Connection) -> Any:
        return connection.execute(
            "update limner.work set hand = %s, tries = tries + 1 where (digest, recipe) in (select digest, recipe "
            "from limner.work where state = %s and hand is null and recipe = %s order by since limit 1 "
            "for update skip locked) returning digest, place, tries",
            (self._number, WAITING, RECIPE),
        ).fetchone()

    def _give_back(self, connection: Connection) -> int:
        """Free what hands that are gone had; set aside what was tried too often. Gives how many can be taken."""
        gone = f"state = %s and hand is not null and hand not in ({LIVE})"
        aside = connection.execute(
            f"update limner.work set state = %s, reason = %s, hand = null where {gone} and tries >= %s",  # noqa: S608
            (ASIDE, _DIED, WAITING, TRIES),
        ).rowcount
        if aside:
            connection.execute("select pg_notify(%s, '')", (DONE,))
        return connection.execute(f"update limner.work set hand = null where {gone}", (WAITING,)).rowcount  # noqa: S608

    def original(self, work: Work) -> bytes | None:
        """Get the photo. None: it is gone, and so is the work; whoever still wants it asks anew."""
        photo = self._shelf.get(work.place)
        if photo is None:
            self._execute("delete from limner.work where digest = %s and recipe = %s and hand = %s", work)
        return photo

    def made(self, work: Work, renditions: Mapping[int, bytes]) -> None:
        """Hand in pictures."""
        body = pack.pack(renditions)
        place = f"{work.digest[:1].hex()}/{work.digest.hex()}-{os.urandom(8).hex()}"
        rungs = [rung for rung in LADDER if rung in renditions]
        told = (MADE, rungs, [len(renditions[rung]) for rung in rungs], place, pack.digest(body), len(body))
        connection = self._open()
        with border(self.where), connection.transaction():
            upload = self._shelf.begin(connection, place, body)
            if upload is not None:
                upload.result()
            taken = connection.execute(
                "update limner.work set state = %s, hand = null, rungs = %s, sizes = %s, made = %s, sum = %s, "
                "bytes = %s where digest = %s and recipe = %s and hand = %s",
                (*told, work.digest, RECIPE, self._number),
            ).rowcount
            if not taken:  # it took so long that another hand has it
                connection.execute("insert into limner.leftovers values (%s)", (place,))
            connection.execute("select pg_notify(%s, '')", (DONE,))

    def refuse(self, work: Work, reason: str) -> None:
        """Say that it is no picture that can be taken."""
        self._end(work, REFUSED, reason)

    def fail(self, work: Work, reason: str) -> None:
        """Say that trying it went wrong; after so many tries it is set aside."""
        if work.tries >= TRIES:
            self._end(work, ASIDE, f"{reason} ({TRIES} times)")
        else:
            self._execute("update limner.work set hand = null where digest = %s and recipe = %s and hand = %s", work)

    def put_back(self, work: Work) -> None:
        """Give it back untried."""
        self._execute(
            "update limner.work set hand = null, tries = tries - 1 where digest = %s and recipe = %s and hand = %s",
            work,
        )

    def wait(self, seconds: float) -> None:
        """Wait until there may be work, for so many seconds at most."""
        connection = self._open()
        with border(self.where):
            if select.select([connection.fileno()], [], [], seconds)[0]:
                connection.execute("select 1")  # takes what has come

    def close(self) -> None:
        """Let go; what is in hand is given back."""
        self._shelf.close()
        self._link.close()

    def _end(self, work: Work, state: int, reason: str) -> None:
        self._execute(
            "update limner.work set state = %s, reason = %s, hand = null "
            "where digest = %s and recipe = %s and hand = %s",
            work,
            state,
            reason[:500],
        )
        self._execute("select pg_notify(%s, '')", None, DONE)

    def _execute(self, query: str, work: Work | None, *values: object) -> None:
        whose = (work.digest, RECIPE, self._number) if work else ()
        connection = self._open()
        with border(self.where):
            connection.execute(query.encode(), (*values, *whose))

    def _open(self) -> Connection:
        """Give the connection; a new one gets a new number, for what was in hand went with the old one."""
        connection = self._link.open()
        if connection is not self._connection:
            with border(self.where):
                row: Any = connection.execute("select nextval('limner.hands')").fetchone()
                self._number = row[0]
                connection.execute("select pg_advisory_lock(%s, %s::integer)", (HANDS, self._number))
                connection.execute(f"listen {WORK}".encode())
            self._connection = connection
        return connection
