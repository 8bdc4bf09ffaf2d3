"""What the door counts: one row of numbers for each worker, in memory that all its processes share.

After those comes a row that tells how the replica of a shared library stands, written by who follows it.
"""

from __future__ import annotations

import mmap
import os
from typing import Final

COUNTERS: Final = (
    "photos",  # photos sent
    "unchanged",  # 304: the visitor has the photo already
    "missing",  # admitted visitors asked for a photo that there is not
    "pages",  # the page and what belongs to it
    "refused",  # visits that no rule allows
    "bad",  # requests that are none, or too large, or too slow
    "bytes",  # sent
    "connections",  # accepted
    "turned_away",  # connections that there was no room for
)
GAUGES: Final = (
    "open",  # connections open now
    "beat",  # Unix seconds of the worker's last tick
    "people",  # people in the library
    "with_photo",
)
COLUMNS: Final = COUNTERS + GAUGES
REPLICA: Final = (
    "news",  # Unix seconds when the database was last heard of
    "position",  # number of the last change that is in the replica
    "head",  # number of the last change that there was when the database was last heard of
    "lacking",  # people whose picture is still to come
    "filled",  # 1 once everybody was there
    "clock",  # milliseconds by which the database's clock is ahead of this machine's, and LEVEL; 0: not known
    "syncing",  # 1 while a sync runs, on whichever machine
    "generation",  # raised when the replica was thrown away: whoever reads it must open it anew
)
LEVEL: Final = 1 << 62
ROWS: Final = 64
SIZE: Final = (ROWS * len(COLUMNS) + len(REPLICA)) * 8


class Gauges:
    """The numbers of all workers: `row(i)[column]`, unsigned, 64 bits."""

    def __init__(self, fd: int) -> None:
        self._memory = mmap.mmap(fd, SIZE)
        self._numbers = memoryview(self._memory).cast("Q")

    def row(self, worker: int) -> memoryview:
        """Give the row of a worker (0 to 63)."""
        return self._numbers[worker * len(COLUMNS) : (worker + 1) * len(COLUMNS)]

    def sum(self, column: str) -> int:
        """Add up a column over all workers."""
        return sum(self.values(column))

    def values(self, column: str) -> list[int]:
        """Give a column, a number for each worker."""
        return list(self._numbers[COLUMNS.index(column) : ROWS * len(COLUMNS) : len(COLUMNS)])

    def replica(self, name: str) -> int:
        """Give a number of the replica's."""
        return self._numbers[ROWS * len(COLUMNS) + REPLICA.index(name)]

    def set_replica(self, **numbers: int) -> None:
        """Write down how the replica stands."""
        for name, number in numbers.items():
            self._numbers[ROWS * len(COLUMNS) + REPLICA.index(name)] = number


def make() -> int:
    """Make the shared memory and give its file descriptor, for `Gauges` here and in the workers."""
    fd = os.memfd_create("limner")
    os.ftruncate(fd, SIZE)
    return fd
