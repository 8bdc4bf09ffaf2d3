"""One sync of a library at a time, over all processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limner import flock
from limner.errors import HeldError, LibraryError


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock that lets one sync run at a time; the system frees it when the process ends, however it ends."""
    file = folder / "sync.lock"
    try:
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as why:
        raise LibraryError(f"cannot open {file}: {why.strerror}") from None
    try:
        try:
            if not flock.lock(lock):
                raise HeldError("another sync of this library is running", hint="wait until it ends")
        except OSError as why:
            raise LibraryError(f"cannot lock {file}: {why.strerror}") from None
        yield
    finally:
        os.close(lock)


def is_held(folder: Path) -> bool:
    """Tell whether a sync of the library in a folder runs now."""
    return flock.is_locked(folder / "sync.lock")
