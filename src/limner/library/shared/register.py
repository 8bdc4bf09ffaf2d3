"""The register of passes of a shared library: every machine has it as a file, and the database has the last word.

Whoever changes something does so in the file and in the database at once: in the library's batch, so that nobody else
does meanwhile, and after having taken up what others changed. If the database does not take it, the file does not
either. Doors read the file only; who follows the library keeps it up to date.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from limner.errors import LibraryError
from limner.library.shared import SharedLibrary
from limner.library.shared.agreed import Agreed, News
from limner.library.shared.batch import SharedBatch
from limner.library.shared.link import Link
from limner.passes import Register, RegisterError
from limner.passes.register import note_change
from limner.settings import SharedPlace

TABLES: Final = {"pass": ("passes", "id"), "pass key": ("keys", "kid"), "pass client": ("clients", "name")}
WHOSE, POSITION = "library", "position"  # counters: which library the file is a copy of, and how far it has got


class SharedRegister(Register):
    """A register whose changes are the database's. Raises RegisterError, also where the database does not answer."""

    def __init__(self, file: Path, place: SharedPlace) -> None:
        super().__init__(file, create=True)
        try:
            with _border():
                self._library = SharedLibrary(place, create=True)
        except BaseException:
            super().close()
            raise
        with self.border():
            _watch(self._connection)
        try:
            with _border():
                if self.pull(Link(place, readonly=True)):
                    with self.writing():
                        pass  # what was issued here before the library was shared is told to all
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection within a transaction that nobody else can be in, on any machine."""
        with super().writing() as connection, _border(), self._library.batch() as batch:
            assert isinstance(batch, SharedBatch)
            news = batch.agreed(_position(connection)[1], TABLES)
            own = _own_rows(connection) if not _position(connection)[0] else []
            _take_up(connection, news)
            connection.execute("delete from temp.changed")
            connection.executemany("insert into temp.changed values (?, ?)", own)  # it joins the library now
            yield connection
            for kind, key in connection.execute("select kind, key from temp.changed").fetchall():
                batch.agree(kind, key.encode(), _value(connection, kind, key))
            connection.execute("delete from temp.changed")
            _set_position(connection, news.identity, batch.change if batch.changes else news.position)

    def pull(self, link: Link) -> bool:
        """Take up what others changed. True: the file has not joined the library yet, for it has rows of its own."""
        try:
            return pull(self, link)
        finally:
            link.close()

    def close(self) -> None:
        """Close it."""
        self._library.close()
        super().close()


def pull(register: Register, link: Link) -> bool:
    """Take up what others changed, into the file only. True: it was nobody's copy, and has rows of its own.

    Raises RegisterError, AwayError, LibraryError.
    """
    with register.reading() as connection:
        identity, position = _position(connection)
        own = not identity and _own_rows(connection)
    news = Agreed(link).after(position, TABLES)
    if news.identity and own:
        return True
    if news.rows or news.position < position or _whose(news.identity) != identity:
        with Register.writing(register) as connection:
            if _position(connection) == (identity, position):  # else somebody has taken up as much, or more
                _take_up(connection, news)
                _set_position(connection, news.identity, news.position)
    return False


def _own_rows(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Give kind and key of all rows of a file."""
    return [
        (kind, key)
        for kind, (table, column) in TABLES.items()
        for (key,) in connection.execute(f"select {column} from {table}")  # noqa: S608 - names of ours
    ]


def _take_up(connection: sqlite3.Connection, news: News) -> None:
    """Apply what others changed."""
    identity, position = _position(connection)
    stale = identity and (identity != _whose(news.identity) or position > news.position)
    if stale:  # of another library, or of a later state: what is not there counts no more
        for table, _ in TABLES.values():
            connection.execute(f"delete from {table}")  # noqa: S608
    for kind, key, value in news.rows:
        table, column = TABLES[kind]
        if value is None:
            connection.execute(f"delete from {table} where {column} = ?", (key.decode(),))  # noqa: S608
        else:
            row = _row(value)
            marks = ", ".join("?" * len(row))
            connection.execute(f"insert or replace into {table} values ({marks})", row)  # noqa: S608
    if news.rows or stale:
        note_change(connection)


def _value(connection: sqlite3.Connection, kind: str, key: str) -> bytes | None:
    table, column = TABLES[kind]
    row = connection.execute(f"select * from {table} where {column} = ?", (key,)).fetchone()  # noqa: S608
    if row is None:
        return None
    return json.dumps([{"b64": b64encode(each).decode()} if isinstance(each, bytes) else each for each in row]).encode()


def _row(value: bytes) -> list[Any]:
    return [b64decode(each["b64"]) if isinstance(each, dict) else each for each in json.loads(value)]


def _whose(identity: str) -> int:
    """Give a library's identity as a counter can hold it; 0: of none."""
    return int.from_bytes(hashlib.blake2b(identity.encode(), digest_size=7).digest()) | 1 if identity else 0


def _position(connection: sqlite3.Connection) -> tuple[int, int]:
    found = dict(connection.execute("select name, value from counters where name in (?, ?)", (WHOSE, POSITION)))
    return found.get(WHOSE, 0), found.get(POSITION, 0)


def _set_position(connection: sqlite3.Connection, identity: str, position: int) -> None:
    rows = [(WHOSE, _whose(identity)), (POSITION, position)]
    connection.executemany("insert or replace into counters values (?, ?)", rows)


def _watch(connection: sqlite3.Connection) -> None:
    """Write down in `temp.changed`, for this connection, which rows change."""
    connection.execute("create temp table changed (kind text, key text, primary key (kind, key))")
    for kind, (table, column) in TABLES.items():
        for verb, row in (("insert", "new"), ("update", "new"), ("delete", "old")):
            connection.execute(
                f"create temp trigger {verb}_{table} after {verb} on main.{table} begin "  # noqa: S608
                f"insert or ignore into changed values ('{kind}', {row}.{column}); end"
            )


@contextmanager
def _border() -> Iterator[None]:
    """Have whoever uses a register meet its errors only."""
    try:
        yield
    except LibraryError as why:
        raise RegisterError(f"passes are shared by many machines: {why.message}", hint=why.hint) from None
