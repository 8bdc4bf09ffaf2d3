"""A claim to a job that one machine does for all: a lock in the database, which goes with its connection."""

from __future__ import annotations

import hashlib
from typing import Any

from limner.library.shared.border import border
from limner.library.shared.link import Link
from limner.library.shared.schema import JOBS
from limner.settings import SharedPlace


class Claim:
    """One claim, and the connection that holds it. Raises AwayError, LibraryError."""

    def __init__(self, place: SharedPlace) -> None:
        self._link = Link(place, readonly=True)

    def take(self, job: str) -> bool:
        """Claim a job by its name; False: another machine has it."""
        number = int.from_bytes(
            hashlib.blake2b(job.encode("utf-8", "surrogatepass"), digest_size=4).digest(), signed=True
        )
        connection = self._link.open()
        with border(self._link.where):
            row: Any = connection.execute("select pg_try_advisory_lock(%s, %s)", (JOBS, number)).fetchone()
        return bool(row[0])

    def close(self) -> None:
        """Give it back."""
        self._link.close()
