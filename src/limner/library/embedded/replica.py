"""The replica of a shared library: an embedded one that is filled from elsewhere, and remembers how far it has got.

Pictures may come later than their people: `lacking` knows who waits for one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from limner.errors import DamagedError, LibraryError
from limner.library.embedded import EmbeddedLibrary
from limner.library.embedded.batch import EmbeddedBatch
from limner.library.embedded.border import border
from limner.library.engine import Row
from limner.picture import Portrait

REPLICA = b"replica"  # in `meta`: which library this is a copy of, and the last change that is in it
FILES = ("data.mdb", "lock.mdb")
logger = logging.getLogger("limner")


class Step(Protocol):
    """What has changed; see `limner.library.shared.feed`."""

    @property
    def rows(self) -> list[Row]: ...
    @property
    def marks(self) -> list[tuple[bytes, int, bytes]]: ...
    @property
    def notes(self) -> list[tuple[str, str | None]]: ...
    @property
    def position(self) -> int: ...


class Replica:
    """A replica that is written to, by one process; many read it as any embedded library."""

    def __init__(self, folder: Path) -> None:
        """Open the replica in `folder`, and make an empty one where there is none. Raises LibraryError."""
        self.library = EmbeddedLibrary(str(folder), create=True)
        self.folder = folder

    def position(self) -> tuple[str, int]:
        """Give which library this is a copy of, and the number of the last change that is in it; ("", 0): of none."""
        with border(self.folder), self.library.env.begin() as txn:
            raw = txn.get(REPLICA, db=self.library.table["meta"])
        try:
            identity, position = json.loads(raw) if raw is not None else ("", 0)
            return str(identity), int(position)
        except (ValueError, TypeError):
            return "", 0

    def apply(self, identity: str, step: Step) -> None:
        """Take in what has changed, and the new position with it: all or nothing. Raises LibraryError."""
        with self.library.batch() as batch:
            assert isinstance(batch, EmbeddedBatch)
            for row in step.rows:
                batch.restore(row, absent=True)
            for mark in step.marks:
                batch.mark(*mark)
            for note in step.notes:
                batch.note(*note)
            batch.set_meta(REPLICA, json.dumps([identity, step.position]).encode())

    def lacking(self, most: int, after: bytes = b"") -> list[tuple[bytes, bytes]]:
        """Give people whose picture is still to come: number, and the digest of the picture; in order."""
        found: list[bytes] = []
        with border(self.folder), self.library.env.begin() as txn:
            cursor = txn.cursor(db=self.library.table["lacking"])
            there = cursor.set_range(after + b"\0")
            while there and len(found) < most:
                found.append(cursor.key())
                there = cursor.next()
        rows = ((number, self.library.by_number(number)) for number in found)
        return [(number, record.digest) for number, record in rows if record is not None and record.digest is not None]

    def lacks(self, index_key: bytes) -> tuple[bytes, bytes] | None:
        """Give who goes by a name, if their picture is still to come: as `lacking` does."""
        with border(self.folder), self.library.env.begin() as txn:
            name = txn.get(index_key, db=self.library.table["names"])
        if name is None or any(name[20:22]):
            return None
        record = self.library.by_number(name[:8])
        return (name[:8], record.digest) if record is not None and record.digest is not None else None

    def count_lacking(self) -> int:
        """Count the people whose picture is still to come."""
        with border(self.folder), self.library.env.begin() as txn:
            return int(txn.stat(self.library.table["lacking"])["entries"])

    def take_in(self, people: Iterable[tuple[bytes, Portrait]]) -> None:
        """Show pictures that have come; who has changed meanwhile stays as they are. Raises LibraryError."""
        with self.library.batch() as batch:
            assert isinstance(batch, EmbeddedBatch)
            for number, portrait in people:
                row = batch.row(number)
                if row is not None and row.record is not None and row.record.digest == portrait.digest:
                    batch.take_in(portrait)
                    batch.restore(row, absent=True)

    def close(self) -> None:
        """Close it."""
        self.library.close()


def open_sound(folder: Path) -> tuple[Replica, bool]:
    """Open the replica; one that is damaged is thrown away, for it can be filled again.

    True: it was thrown away, and whoever has it open must open it anew. Raises LibraryError.
    """
    try:
        return Replica(folder), False
    except DamagedError as why:
        logger.warning("%s: it is thrown away and filled again", why.message)
        throw_away(folder)
        return Replica(folder), True


def throw_away(folder: Path) -> None:
    """Delete a replica's files; what else is in the folder stays. Raises LibraryError."""
    try:
        for name in FILES:
            (folder / name).unlink(missing_ok=True)
    except OSError as why:
        raise LibraryError(f"cannot delete the replica in {folder}: {why.strerror}") from None
