"""The register of passes: one SQLite file, readable by its owner only, shared by all processes that use it.

It holds the signing keys, so it is refused when others can get at it. Readers never wait for a writer (WAL), and a
process that is killed leaves the last whole change.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from limner.passes.errors import RegisterError

APPLICATION: Final = 0x6C696D70  # "limp": SQLite's mark of whose file it is
FORMAT: Final = 1
WAIT_SECONDS: Final = 5.0  # for another process that is writing

_TABLES: Final = """
create table keys (kid text primary key, secret blob not null, created real not null) strict;
create table passes (
    id text primary key, room text not null, faces text not null, issued real not null, ends real not null,
    kid text not null, issuer text not null, revoked real
) strict;
create index passes_by_end on passes (ends);
create index passes_by_issuer on passes (issuer, issued);
create table clients (name text primary key, digest blob not null, created real not null) strict;
create table counters (name text primary key, value integer not null) strict;
insert into counters values ('changes', 0);
"""


class Register:
    """An open register; to be used by one thread. Raises RegisterError for one that others can get at, or is none."""

    def __init__(self, file: Path, *, create: bool = False) -> None:
        self.file = file
        if create:
            _make(file)
        refuse_open(file)
        with self.border():
            self._connection = sqlite3.connect(
                file,
                timeout=WAIT_SECONDS,
                isolation_level=None,
                check_same_thread=False,  # whichever thread collects garbage closes it
            )
            try:
                self._check()
            except BaseException:
                self._connection.close()
                raise
        self._finalizer = weakref.finalize(self, self._connection.close)

    def _check(self) -> None:
        mark = self._connection.execute("pragma application_id").fetchone()[0]
        version = self._connection.execute("pragma user_version").fetchone()[0]
        if mark != APPLICATION:
            raise RegisterError(
                f"{self.file} is no register of passes", hint="name another file, or move this one away"
            )
        if version != FORMAT:
            raise RegisterError(f"the passes in {self.file} were written by another version of limner")
        self._connection.execute("pragma synchronous = full")

    @contextmanager
    def border(self) -> Iterator[None]:
        """Turn SQLite's exceptions into RegisterError."""
        try:
            yield
        except sqlite3.DatabaseError as why:
            code = getattr(why, "sqlite_errorname", "") or ""
            if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                hint: str | None = "move it away: `limner pass issue` makes a new one, and earlier passes end"
            elif code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                hint = "another process has been writing to it for long; try again"
            else:
                hint = None
            raise RegisterError(f"the passes in {self.file}: {why}", hint=hint) from None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, to read."""
        with self.border():
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection within a transaction that no other process can be in: whole, or not at all."""
        with self.border():
            self._connection.execute("begin immediate")
            try:
                yield self._connection
                self._connection.execute("commit")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("rollback")
                raise

    def changes(self) -> int:
        """Count what was taken back so far: passes revoked, keys dropped. Verdicts from before do not stand."""
        with self.reading() as connection:
            return int(connection.execute("select value from counters where name = 'changes'").fetchone()[0])

    def close(self) -> None:
        """Close it."""
        self._finalizer()


def note_change(connection: sqlite3.Connection) -> None:
    """Tell all who have the register open that something was taken back; to be called while writing."""
    connection.execute("update counters set value = value + 1 where name = 'changes'")


def refuse_open(file: Path) -> None:
    """Raise RegisterError for a file that is not there, or that others than its owner can get at."""
    try:
        status = file.stat()
    except OSError as why:
        hint = "`limner pass issue` makes it" if isinstance(why, FileNotFoundError) else None
        raise RegisterError(f"cannot read the passes in {file}: {why.strerror}", hint=hint) from None
    if status.st_mode & 0o077:
        raise RegisterError(
            f"others than its owner can get at {file}, which holds signing keys", hint=f"chmod 600 {file}"
        )
    if status.st_uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        raise RegisterError(f"{file} belongs to another user", hint=f"chown it to the user that runs limner: {file}")


def _make(file: Path) -> None:
    """Make a register where there is none: whole, mode 0600, and never over another."""
    if file.exists():
        return
    beside = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            connection = sqlite3.connect(beside, isolation_level=None)
            try:
                connection.executescript(f"begin; {_TABLES} pragma application_id = {APPLICATION}; commit;")
                connection.execute(f"pragma user_version = {FORMAT}")
                connection.execute("pragma journal_mode = wal")
            finally:
                connection.close()
            with suppress(FileExistsError):  # another process was quicker
                os.link(beside, file)
        finally:
            for end in ("", "-wal", "-shm"):
                Path(f"{beside}{end}").unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as why:
        raise RegisterError(f"cannot make {file}: {getattr(why, 'strerror', None) or why}") from None
