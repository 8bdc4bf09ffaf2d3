"""A claim to a job that one machine does for all: a lock in the database, which goes with its connection."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from limner.errors import LibraryError
from limner.library.shared.border import border
from limner.library.shared.link import Link
from limner.library.shared.schema import JOBS
from limner.settings import SharedPlace


class Claim:
    """One claim, and the connection that holds it. Raises AwayError, LibraryError."""

    def __init__(self, place: SharedPlace) -> None:
        self._link = Link(place, readonly=True)
        self._held = False

    def take(self, job: str) -> bool:
        """Claim a job by its name; False: another machine has it."""
        number = int.from_bytes(
            hashlib.blake2b(job.encode("utf-8", "surrogatepass"), digest_size=4).digest(), signed=True
        )
        connection = self._link.open()
        with border(self._link.where):
            row: Any = connection.execute("select pg_try_advisory_lock(%s, %s)", (JOBS, number)).fetchone()
        self._held = self._held or bool(row[0])
        return bool(row[0])

    def close(self) -> None:
        """Give it back: at once, not only when the server notices that the connection has ended."""
        if self._held:
            with suppress(LibraryError), border(self._link.where):
                self._link.open().execute("select pg_advisory_unlock_all()")
        self._link.close()
