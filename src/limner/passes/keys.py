"""The keys that sign passes: made by limner, changed every month, several valid at once."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass, field
from typing import Final

from limner.passes.errors import PassError
from limner.passes.register import Register, note_change

ROTATE_SECONDS: Final = 30 * 86_400.0  # a key older than this signs nothing new


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key: 32 random bytes under a name (`kid`) that tokens bear. `passes`: how many valid ones bear it."""

    kid: str
    secret: bytes = field(repr=False)
    created: float
    passes: int = 0


class Keys:
    """The keys in a register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def all(self, now: float) -> list[Key]:
        """Give all keys, the newest first: that one signs."""
        with self._register.reading() as connection:
            rows = connection.execute(
                "select kid, secret, created, (select count(*) from passes where passes.kid = keys.kid and ends > ? "
                "and revoked is null) from keys order by created desc, rowid desc",
                (now,),
            ).fetchall()
        return [Key(*row) for row in rows]

    def secrets(self) -> list[Key]:
        """Give all keys, without counting their passes: quick enough for each second."""
        with self._register.reading() as connection:
            rows = connection.execute("select kid, secret, created from keys order by rowid").fetchall()
        return [Key(*row) for row in rows]

    def rotate(self, now: float) -> Key:
        """Make a new key, which signs from now on. Older ones prove the passes that they signed until those end."""
        with self._register.writing() as connection:
            return _make(connection, now)

    def drop(self, kid: str) -> int:
        """Forget a key and the passes that it signed, and give how many those were. Raises PassError."""
        with self._register.writing() as connection:
            gone = connection.execute("delete from keys where kid = ?", (kid,)).rowcount
            if not gone:
                raise PassError(f"there is no key {kid[:80]!r}", hint="`limner pass keys list` names them")
            note_change(connection)
            return connection.execute("delete from passes where kid = ?", (kid,)).rowcount


def signing(connection: sqlite3.Connection, now: float) -> Key:
    """Give the key that signs, while writing: the newest, or a new one where that is too old, or none is there."""
    row = connection.execute("select kid, secret, created from keys order by created desc, rowid desc").fetchone()
    if row is not None and now - row[2] < ROTATE_SECONDS:
        return Key(*row)
    return _make(connection, now)


def forget_unused(connection: sqlite3.Connection) -> None:
    """Forget keys, but for the newest, that no pass on record bears; while writing."""
    connection.execute(
        "delete from keys where kid not in (select kid from passes) "
        "and kid != (select kid from keys order by created desc, rowid desc)"
    )


def _make(connection: sqlite3.Connection, now: float) -> Key:
    key = Key(os.urandom(4).hex(), os.urandom(32), now)
    connection.execute("insert into keys values (?, ?, ?)", (key.kid, key.secret, key.created))
    return key
