"""The border to LMDB: its exceptions become LibraryError here, and go no further."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import lmdb

from limner.errors import LibraryError


@contextmanager
def border(folder: Path) -> Iterator[None]:
    """Turn LMDB's and the file system's exceptions into LibraryError."""
    try:
        yield
    except lmdb.Error as why:
        _explain(why, folder)
    except OSError as why:
        raise LibraryError(f"the library in {folder}: {os.strerror(why.errno or 0)}") from why


def _explain(why: lmdb.Error, folder: Path) -> NoReturn:
    text = str(why)
    full = isinstance(why, lmdb.MapFullError) or os.strerror(errno.ENOSPC) in text or os.strerror(errno.EFBIG) in text
    if full:
        raise LibraryError(
            f"the library in {folder} cannot grow: the disk is full",
            hint="nothing is lost; make room and run the same command again",
        ) from why
    if isinstance(why, lmdb.ReadersFullError):
        raise LibraryError(f"the library in {folder} has too many readers") from why
    if isinstance(why, lmdb.CorruptedError | lmdb.InvalidError | lmdb.PageNotFoundError | lmdb.VersionMismatchError):
        raise LibraryError(
            f"the library in {folder} is damaged ({text})",
            hint="move the folder away and run `limner sync`: it is filled again from the sources",
        ) from why
    raise LibraryError(f"the library in {folder}: {text}") from why
