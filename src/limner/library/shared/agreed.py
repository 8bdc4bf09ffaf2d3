"""What all doors of a shared library must know beside people: rows of a kind, a key and a value.

    "pass", "pass key", "pass client"     the register of meeting passes: see `limner.library.shared.register`
    "session key", "signed out"           who is signed in: see `limner.library.shared.sessions`

They are written in the library's batches and bear the numbers of their changes, as people do. So whoever has read all
up to a number has read all, and asks for what is later. They are no notes, since they hold secrets: a replica of people
and the commands that read notes do not get them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from limner.errors import LibraryError
from limner.library.shared.border import border
from limner.library.shared.link import Link
from limner.library.shared.schema import version_of

TABLES = 2  # the version of the tables that has this one
Rows = list[tuple[str, bytes, bytes | None]]
"""Kind, key and value of each; None: no more."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed after a position: of which library, its rows, and the position up to which nothing is missing."""

    identity: str
    rows: Rows
    position: int


class Agreed:
    """Reads them; to be used by one thread. Raises AwayError, LibraryError."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def after(self, position: int, kinds: Collection[str]) -> News:
        """Give what changed after a position; all there is, where that is ahead of the library."""
        connection = self._link.open()
        with border(self._link.where), connection.transaction():
            connection.execute("set transaction isolation level repeatable read")
            if version_of(connection)[0] < TABLES:
                return News("", [], 0)
            state: Any = connection.execute("select identity, seq from limner.state").fetchone()
            if state is None:
                raise LibraryError(f"the library at {self._link.where} is damaged (its state is missing)")
            rows: Any = connection.execute(
                "select kind, key, value from limner.agreed where changed > %s and kind = any(%s) order by changed",
                (position if position <= state[1] else -1, list(kinds)),
            ).fetchall()
        return News(state[0], rows, state[1])
