"""One sync of a library at a time, over all processes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError("another sync of this library is running", hint="wait until it ends") from None
        except OSError as why:
            raise LibraryError(f"cannot lock {file}: {why.strerror}") from None
        yield
    finally:
        os.close(lock)


def is_held(folder: Path) -> bool:
    """Tell whether a sync of the library in a folder runs now."""
    try:
        lock = os.open(folder / "sync.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(lock)
    return False
