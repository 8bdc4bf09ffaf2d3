"""The changes of a shared library, in their order and without a gap, for who follows them.

There is no list of changes beside the library: every row tells the number of the change that wrote it last, and rows of
removed people stay, empty. So the changes after a number are the rows with a higher one; whoever was away for a year
reads each row once, and who is new reads all of them: the snapshot is the feed from zero.

Numbers are given under a lock that is held until the change is committed (`limner.library.shared.batch`): whoever sees
the number n sees all changes up to n, and no later one can turn up with a smaller number. What is read in steps may
change between them. Then a row is not seen at its old number but at its new one, further on, so nothing is missed; and
since rows are whole, applying one again, or late, does no harm. When the last step is applied the copy is exact.
"""

from __future__ import annotations

import select
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from limner.errors import LibraryError
from limner.library.engine import Row
from limner.library.record import decode
from limner.library.shared.batch import CHANNEL
from limner.library.shared.border import border
from limner.library.shared.link import Connection, Link
from limner.library.shared.schema import IS_HELD, LOCK, refuse_newer
from limner.settings import SharedPlace

_HEAD = f"select identity, seq, extract(epoch from clock_timestamp()), ({IS_HELD}) from limner.state"  # noqa: S608
STEP = 500  # people in a step, at least; more where one change concerned more


@dataclass(frozen=True, slots=True)
class Step:
    """Rows that changed, and the number up to which nothing is missing once they are applied."""

    rows: list[Row]
    marks: list[tuple[bytes, int, bytes]]
    notes: list[tuple[str, str | None]]
    position: int


class Feed:
    """One connection to the database of a shared library, which listens; to be used by one thread."""

    def __init__(self, place: SharedPlace) -> None:
        self._link = Link(place, readonly=True)
        self.where = self._link.where
        self._listening: Connection | None = None
        self._heard = False  # of a change, since `head` was asked last
        self.ahead = 0.0  # seconds by which the database's clock was ahead of this machine's when `head` was asked
        self.syncing = False  # whether somebody held the lock of syncs then

    def head(self) -> tuple[str, int]:
        """Give which library this is, and the number of its last change. Raises AwayError, LibraryError."""
        connection = self._open()
        self._heard = False
        with border(self.where):
            row: Any = connection.execute(_HEAD, (LOCK + 1,)).fetchone()
        if row is None:
            raise LibraryError(f"the library at {self.where} is damaged (its state is missing)")
        self.ahead, self.syncing = float(row[2]) - time.time(), row[3]
        return row[0], row[1]

    def after(self, position: int) -> Step:
        """Give what changed after a position, or the first part of it. Raises AwayError, LibraryError."""
        connection = self._open()
        with border(self.where), connection.transaction():
            connection.execute("set transaction isolation level repeatable read")
            end: Any = connection.execute(
                "select coalesce((select changed from limner.people where changed > %s order by changed "
                "offset %s limit 1), s.seq) from limner.state s",
                (position, STEP - 1),
            ).fetchone()
            between = (position, end[0])
            rows: Any = connection.execute(
                "select number, record, names from limner.people where changed > %s and changed <= %s "
                "order by changed, number",
                between,
            ).fetchall()
            marks: Any = connection.execute(
                "select key, audience, together from limner.hidden where changed > %s and changed <= %s", between
            ).fetchall()
            notes: Any = connection.execute(
                "select name, value from limner.notes where changed > %s and changed <= %s", between
            ).fetchall()
        return Step([_row(*row) for row in rows], marks, [_note(*note) for note in notes], end[0])

    def wait(self, seconds: float) -> None:
        """Wait until something may have changed, for so many seconds at most. Raises AwayError."""
        connection = self._open()
        with border(self.where):
            if not self._heard:  # what comes from now on makes the socket readable; `head` reads it
                select.select([connection.fileno()], [], [], seconds)

    def pictures(self, digests: Collection[bytes]) -> dict[bytes, tuple[str, bytes]]:
        """Give where the store has pictures, each with the SHA-256 of what is there. Raises AwayError, LibraryError."""
        query = (
            "select distinct on (digest) digest, place, sum from limner.pictures where digest = any(%s) "
            "order by digest, recipe desc"
        )
        found: Any = self._link.read(lambda connection: connection.execute(query, (list(digests),)).fetchall())
        return {digest: (place, checksum) for digest, place, checksum in found}

    def _open(self) -> Connection:
        connection = self._link.open()
        if connection is not self._listening:
            with border(self.where):
                if not refuse_newer(connection, self.where):
                    raise LibraryError(
                        f"there is no library at {self.where} yet", hint="`limner sync` makes it, from any machine"
                    )
                connection.add_notify_handler(self._hear)  # of what comes while something else is asked
                connection.execute(f"listen {CHANNEL}".encode())
            self._listening = connection
        return connection

    def _hear(self, _: object) -> None:
        self._heard = True

    def close(self) -> None:
        """Close the connection."""
        self._link.close()


def _row(number: int, record: bytes | None, names: list[bytes]) -> Row:
    return Row(number.to_bytes(8), decode(record) if record is not None else None, frozenset(names))


def _note(name: bytes, value: bytes | None) -> tuple[str, str | None]:
    return name.decode("utf-8", "surrogateescape"), value.decode() if value is not None else None
