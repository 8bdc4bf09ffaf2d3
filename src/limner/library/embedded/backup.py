"""An embedded library as one file, and back.

A backup is LMDB's own copy of the state of one moment, without the pages that are free: writers and readers go on
meanwhile. What is copied is verified before it gets the name that was asked for, so a name never stands for a part.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import lmdb

from limner.errors import DamagedError, LibraryError
from limner.library.embedded import EmbeddedLibrary
from limner.library.embedded.border import explain
from limner.library.engine import Count

DATA, LOCK = "data.mdb", "lock.mdb"
Progress = Callable[[str, int, int], None]
"""What is done, how much of it, and of how much."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in the library now, and the file that has the library which was there before, if there was one."""

    count: Count
    aside: Path | None


def backup(library: EmbeddedLibrary, file: Path, tell: Progress) -> Count:
    """Copy a library that may be in use to `file`, and say what is in it.

    `file` appears when the copy is on disk and every record of it is verified. Raises LibraryError: there is something
    at `file` already, it cannot be written, or the library is damaged.
    """
    if os.path.lexists(file):
        raise LibraryError(f"there is something at {file} already", hint="a backup replaces nothing: give another name")
    with _beside(file.parent) as folder:
        _copy(library, folder, file.parent, tell)
        count = _verified(folder, library.folder, tell)
        _settle(folder / DATA, file)
    return count


def _copy(library: EmbeddedLibrary, folder: Path, where: Path, tell: Progress) -> None:
    of = library.count().bytes  # at most: what is free is left out
    with ThreadPoolExecutor(1) as thread:
        copying = thread.submit(library.env.copy, str(folder), compact=True)
        while wait([copying], timeout=0.2).not_done:
            tell("copying", min(_size(folder / DATA), of), of)
        try:
            copying.result()
        except lmdb.Error as why:
            if isinstance(why, lmdb.CorruptedError | lmdb.InvalidError | lmdb.PageNotFoundError):
                explain(why, library.folder)
            raise LibraryError(f"cannot write a backup to {where}: {_reason(why)}") from why
    tell("copying", of, of)


def verify(file: Path, folder: Path, tell: Progress) -> Count:
    """Do all that `restore` does, but leave the library as it is."""
    with _loaded(file, _nearest(folder), tell) as (_, count):
        return count


def restore(file: Path, folder: Path, tell: Progress, *, replace: bool = False) -> Restored:
    """Make the library in `folder` be what it was when the backup in `file` was made.

    A library that is there is put aside, in the same folder, if `replace` says so. Raises LibraryError, with nothing
    changed: the backup is damaged or none, the library is there or in use, or there is no room.
    """
    data = folder / DATA
    with _made(folder), _unused(folder):
        there = data.exists() and data.stat().st_size > 0
        if there and not replace:
            raise LibraryError(
                f"there is a library in {folder} already",
                hint="with `--replace` it is put aside, in the same folder, and the backup takes its place",
            )
        with _loaded(file, folder, tell) as (fresh, count), _on_disk(folder):
            aside = None
            if there:
                aside = folder / f"{DATA}.{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
                os.link(data, aside)
            _settle(fresh, data)
            os.truncate(folder / LOCK, 0)  # whoever waits for it must not take the old file's state for the new one's
    return Restored(count, aside)


@contextmanager
def _loaded(file: Path, where: Path, tell: Progress) -> Iterator[tuple[Path, Count]]:
    """Give a verified copy of a backup, in a folder of its own in `where`."""
    with _beside(where) as folder:
        tell("copying", 0, 1)
        try:
            if file.exists() and not file.is_file():
                raise LibraryError(f"cannot restore {file}: it is not a file")
            shutil.copyfile(file, folder / DATA)
        except OSError as why:
            raise LibraryError(f"cannot restore {file}: {why.strerror or why}") from None
        tell("copying", 1, 1)
        yield folder / DATA, _verified(folder, file, tell)


def _verified(folder: Path, name: Path, tell: Progress) -> Count:
    """Read all of a copy, and count what is in it. Raises LibraryError, which speaks of `name`, where it is damaged."""
    tell("verifying", 0, 1)
    try:
        copy = EmbeddedLibrary(str(folder), readonly=True)
        try:
            faults = list(copy.check())
            count = copy.count()
        finally:
            copy.close()
    except LibraryError as why:
        if "MDB_INVALID" in why.message:
            raise LibraryError(f"{name} is not a backup of a library") from None
        text = why.message.replace(f"there is no library in {folder}", f"{name} is empty")
        text = text.replace(f"the library in {folder}", str(name)).replace(f"{folder}: ", "")
        raise DamagedError(text) from None
    if faults:
        such = f"{len(faults)} faults, such as {faults[0].where}: {faults[0].what}"
        raise DamagedError(f"{name} is damaged ({such})", hint="`limner library check` names all that the library has")
    tell("verifying", 1, 1)
    return count


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give a folder in `folder`, of the same file system, that is gone afterwards."""
    with _on_disk(folder):
        new = Path(tempfile.mkdtemp(prefix=".limner-", dir=folder))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder if there is none, and take it away again if that was for nothing."""
    there = folder.exists()
    with _on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield
    except BaseException:
        if not there:
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _unused(folder: Path) -> Iterator[None]:
    """Hold the lock that LMDB takes, shared, for as long as a process has the library open: byte 0 of its lock file."""
    with _on_disk(folder):
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        except OSError:
            raise LibraryError(
                f"the library in {folder} is in use",
                hint="stop `limner serve` and the syncs, and start them again when this is done",
            ) from None
        yield
    finally:
        os.close(lock)


def _settle(file: Path, name: Path) -> None:
    """Give a whole file its name, once it is on disk."""
    with _on_disk(name):
        file.chmod(0o600)
        for path in (file, name.parent):
            fd = os.open(path, os.O_RDONLY)
            try:
                if path is not file:
                    file.rename(name)
                os.fsync(fd)
            finally:
                os.close(fd)


@contextmanager
def _on_disk(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise LibraryError(f"cannot write to {where}: {why.strerror or why}") from None


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _reason(why: lmdb.Error) -> str:
    return str(why).rpartition(": ")[2].lower()
