"""Photos that came with their entries wait on disk until their pictures are made: memory stays small."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Self

from limner.errors import LibraryError
from limner.sources import Loaded

CHUNK = 1 << 20  # bytes that are written at once: a write for each photo would take three times as long


class Spooled(Loaded):
    """A photo that waits on disk; `data` reads it."""

    __slots__ = ("_spool", "_start")

    def __init__(self, spool: Spool, start: int, photo: Loaded) -> None:
        self._spool = spool
        self._start = start
        self.digest = photo.digest
        self.size = photo.size

    @property
    def data(self) -> bytes:
        """The photo's bytes. Raises LibraryError."""
        return self._spool.read(self._start, self.size)


class Spool:
    """A file without a name, in the folder from which this machine serves: the system takes it away when the process
    ends, however it ends. It is made when there is enough to be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = -1
        self._written = 0
        self._waiting = bytearray()

    def put(self, photo: Loaded) -> Spooled:
        """Let a photo wait. Raises LibraryError when the disk is full."""
        start = self._written + len(self._waiting)
        self._waiting += photo.data
        if len(self._waiting) >= CHUNK:
            self._write()
        return Spooled(self, start, photo)

    def _write(self) -> None:
        try:
            if self._file < 0:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._file = _nameless(self.folder)
            while self._waiting:
                written = os.pwrite(self._file, self._waiting, self._written)
                del self._waiting[:written]
                self._written += written
        except OSError as why:
            raise LibraryError(
                f"the photos that were read do not fit into {self.folder}: {why.strerror}",
                hint="nothing is lost; make room and run the same command again",
            ) from None

    def read(self, start: int, length: int) -> bytes:
        """Read a part that was put."""
        at = start - self._written
        photo = os.pread(self._file, length, start) if at < 0 else bytes(self._waiting[at : at + length])
        if len(photo) != length:
            raise LibraryError("a photo that was read and put aside has lost its end")
        return photo

    def close(self) -> None:
        """Give the room back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.close()


def _nameless(folder: Path) -> int:
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:  # a file system without such files
        file, name = tempfile.mkstemp(prefix="spool.", dir=folder)
        Path(name).unlink()
        return file
