"""The border to LMDB: its exceptions become LibraryError here, and go no further."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path
from typing import NoReturn

import lmdb

from limner.errors import DamagedError, LibraryError

LITTLE_ROOM = 16 << 20  # bytes: less than a batch of photos may need


class border:  # noqa: N801 - used as the verb it is; a generator would cost more than what most blocks do
    """Turn LMDB's and the file system's exceptions into LibraryError."""

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, trace: object) -> None:
        if isinstance(why, lmdb.Error):
            explain(why, self._folder)
        if isinstance(why, struct.error):
            raise damaged(self._folder, "a value has the wrong length") from why
        if isinstance(why, OSError):
            raise LibraryError(f"the library in {self._folder}: {os.strerror(why.errno or 0)}") from why


def damaged(folder: Path, what: str) -> DamagedError:
    """Give the error for a library that can no longer be read."""
    return DamagedError(
        f"the library in {folder} is damaged ({what})",
        hint="move the folder away and run `limner sync`: it is filled again from the sources",
    )


def explain(why: lmdb.Error, folder: Path) -> NoReturn:
    """Raise what an exception of LMDB means."""
    text = str(why)
    if "already open in this process" in text:
        raise LibraryError(f"the library in {folder} is open in this process already") from why
    if isinstance(why, lmdb.MapFullError) or _is_full(text, folder):
        raise LibraryError(
            f"the library in {folder} cannot grow: the disk is full",
            hint="nothing is lost; make room and run the same command again",
        ) from why
    if isinstance(why, lmdb.ReadersFullError):
        raise LibraryError(f"the library in {folder} has too many readers") from why
    if isinstance(why, lmdb.CorruptedError | lmdb.InvalidError | lmdb.PageNotFoundError | lmdb.VersionMismatchError):
        raise damaged(folder, text) from why
    raise LibraryError(f"the library in {folder}: {text}") from why


def _is_full(text: str, folder: Path) -> bool:
    """Tell whether an exception of LMDB's says that the disk is full: a write that was cut short is EIO to it."""
    if os.strerror(errno.ENOSPC) in text or os.strerror(errno.EFBIG) in text:
        return True
    try:
        disk = os.statvfs(folder)
    except OSError:
        return False
    return os.strerror(errno.EIO) in text and disk.f_bavail * disk.f_frsize < LITTLE_ROOM
