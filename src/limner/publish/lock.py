"""One run of a `[[publish]]` table at a time, over all processes of this machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limner import flock, settings
from limner.errors import PublishError


class BusyError(PublishError):
    """Another run of the same table is not over yet."""


def name_of(*what: str) -> str:
    """Give a name for the files that are kept of a table, made of what tells it from others."""
    return hashlib.sha256("\0".join(what).encode()).hexdigest()[:16]


def lock_of(table: settings.Publish) -> Path:
    """Give the file whose lock a run of a table holds."""
    if isinstance(table, settings.Files):
        return table.manifests / f"{name_of(table.label, table.place)}.lock"
    return table.undo / f".{name_of(table.kind, table.label)}.lock"


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold a table's lock; the system frees it when the process ends, however it ends.

    Raises BusyError: another run holds it; PublishError: it cannot be made.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as why:
        raise PublishError(f"cannot write in {file.parent}: {why.strerror}") from None
    try:
        try:
            if not flock.lock(lock):
                raise BusyError("it is being published already", hint="wait until that run ends")
        except OSError as why:
            raise PublishError(f"cannot lock {file}: {why.strerror}") from None
        yield
    finally:
        os.close(lock)


def is_running(table: settings.Publish) -> bool:
    """Tell whether a table is being published now."""
    return flock.is_locked(lock_of(table))
