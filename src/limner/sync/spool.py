"""Photos that came with their entries wait on disk until their pictures are made: memory stays small."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Self

from limner.errors import LibraryError
from limner.sources import Loaded


class Spooled(Loaded):
    """A photo that waits on disk; `data` reads it."""

    __slots__ = ("_length", "_spool", "_start")

    def __init__(self, spool: Spool, start: int, length: int) -> None:
        self._spool = spool
        self._start = start
        self._length = length

    @property
    def data(self) -> bytes:
        """The photo's bytes. Raises LibraryError."""
        return self._spool.read(self._start, self._length)


class Spool:
    """A file without a name, in the folder from which this machine serves: the system takes it away when the process
    ends, however it ends. It is made when the first photo is put into it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = -1
        self._end = 0

    def put(self, photo: bytes) -> Spooled:
        """Let a photo wait. Raises LibraryError when the disk is full."""
        try:
            if self._file < 0:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._file = _nameless(self.folder)
            written = 0
            while written < len(photo):
                written += os.pwrite(self._file, photo[written:], self._end + written)
        except OSError as why:
            raise LibraryError(
                f"the photos that were read do not fit into {self.folder}: {why.strerror}",
                hint="nothing is lost; make room and run the same command again",
            ) from None
        found = Spooled(self, self._end, len(photo))
        self._end += len(photo)
        return found

    def read(self, start: int, length: int) -> bytes:
        """Read a part of the file."""
        photo = os.pread(self._file, length, start) if length else b""
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
