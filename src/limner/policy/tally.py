"""How many different faces each visitor has seen: counts that all processes of a machine share, in bounded memory.

The file is a table of slots in memory that every process maps. A slot is 32 bytes: 16 of a digest, the Unix time when
it ends, a count. Two kinds of digest stand in it: of a visitor (the slot counts), and of a visitor's face (the slot
says that it is counted). Slots that have ended are free. A digest has its place in one bucket of 32 slots; when all of
them are taken, nothing more is counted there, and so nothing more allowed: that happens when some half a million faces
are being counted at once.

Who changes the table holds a record lock on the file, which the kernel gives back when a process dies. A visitor's
count goes up before the face is noted, so that a process killed in between has counted a face too many, never too few.

Behind the buckets is a ring of what was counted last, as digests that mean the same on every machine: where several
share a library, one process of each reads it and tells the others (`limner.web.replica.agreement`).
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from limner.errors import LibraryError

COUNTS: Final = "budgets"  # the file's name, in the folder from which a machine serves
SLOT: Final = struct.Struct("<16sdQ")
SLOTS: Final = 32  # in a bucket
BUCKET: Final = SLOTS * SLOT.size
BUCKETS: Final = 32_768
_HEAD: Final = struct.Struct("<16s16s")
_MARK: Final = b"limner tally 1\n\0"
_START: Final = 4096  # of the buckets
SLACK_SECONDS: Final = 60.0  # by so much may the clocks of two workers differ, which tick by themselves
RING: Final = 65_536  # entries
_ENTRY: Final = struct.Struct("<16s16sd")  # digest of a visitor, of a face, and the Unix time when it ends
_NUMBERS: Final = struct.Struct("<QQ")  # after the head: entries that were written so far, and told of
_RING: Final = _START + BUCKETS * BUCKET
_SIZE: Final = _RING + RING * _ENTRY.size


class Tally:
    """The counts of all visitors; `file` None: of this process alone. Raises LibraryError where it cannot be opened.

    `is_closed` tells that other machines may have counted what is not known here, and nothing new is to be allowed.
    """

    def __init__(self, file: Path | None = None, is_closed: Callable[[], bool] = lambda: False) -> None:
        self._file = file
        self._is_closed = is_closed
        try:
            self._fd = _private() if file is None else _open(file)
            self._memory = mmap.mmap(self._fd, _SIZE)
        except (OSError, ValueError) as why:
            raise LibraryError(f"cannot count faces in {file}: {getattr(why, 'strerror', None) or why}") from None
        weakref.finalize(self, os.close, self._fd)
        mark, self._salt = _HEAD.unpack_from(self._memory)
        if mark != _MARK:
            raise LibraryError(f"{file} does not hold counts of faces", hint="move it away; limner makes a new one")

    def spend(self, visitor: bytes, face: bytes, most: int, seconds: float, now: float) -> float | None:
        """Count a face for a visitor, and give the Unix time until which it need not be counted again.

        None: the visitor has seen `most` others within `seconds`, or there is no room to count this one.
        """
        with self._locked():
            return self._count(known(visitor), known(face), most, seconds, now, note=True)

    def would_spend(self, visitor: bytes, face: bytes, most: int, seconds: float, now: float) -> float | None:
        """Give what `spend` would, and count nothing."""
        with self._locked():
            return self._count(known(visitor), known(face), most, seconds, now, note=False)

    def seen(self, visitor: bytes, now: float) -> int:
        """Give how many faces are counted for a visitor."""
        with self._locked():
            found = self._find(self._digest(b"v", known(visitor)))
        return found[2] if found is not None and found[1] > now else 0

    def _count(self, visitor: bytes, face: bytes, most: int, seconds: float, now: float, *, note: bool) -> float | None:
        name = self._digest(b"v", visitor)
        found = self._find(name)
        if found is None or not now < found[1] <= now + seconds + SLACK_SECONDS:  # also when the clock was set back
            at, ends, count = found[0] if found else self._free(name, now), now + seconds, 0
        else:
            at, ends, count = found
        mark = self._digest(b"f", struct.pack("<d", ends) + face + visitor)
        if count and self._find(mark) is not None:
            return ends
        place = self._free(mark, now, besides=at)
        if count >= most or at is None or place is None or self._is_closed():
            return None
        if note:
            SLOT.pack_into(self._memory, at, name, ends, count + 1)
            SLOT.pack_into(self._memory, place, mark, ends, 1)
            self._write(visitor, face, ends)
        return ends

    # -- between machines

    @property
    def node(self) -> bytes:
        """What tells this machine's counts from others' (16 bytes)."""
        return hashlib.blake2b(self._salt, digest_size=16).digest()

    def untold(self, most: int) -> list[tuple[int, bytes, bytes, float]]:
        """Give what was counted here and the others were not told yet: its number, visitor, face, end.

        More than RING since then is lost; the others count that less.
        """
        with self._locked():
            written, told = _NUMBERS.unpack_from(self._memory, _HEAD.size)
            first = max(told, written - RING)
            numbers = range(first, min(written, first + most))
            return [(at, *_ENTRY.unpack_from(self._memory, _RING + at % RING * _ENTRY.size)) for at in numbers]

    def note_told(self, number: int) -> None:
        """Note that the others were told of all up to a number."""
        with self._locked():
            written, told = _NUMBERS.unpack_from(self._memory, _HEAD.size)
            _NUMBERS.pack_into(self._memory, _HEAD.size, written, min(max(told, number + 1), written))

    def count_elsewhere(self, visitor: bytes, face: bytes, ends: float, now: float) -> None:
        """Count what another machine has counted, also beyond a budget; both are digests, as `untold` gives them."""
        with self._locked():
            name = self._digest(b"v", visitor)
            found = self._find(name)
            if found is None or found[1] <= now:
                at, until, count = found[0] if found else self._free(name, now), ends, 0
            else:
                at, until, count = found
            mark = self._digest(b"f", struct.pack("<d", until) + face + visitor)
            place = self._free(mark, now, besides=at)
            if at is None or place is None or (count and self._find(mark) is not None):
                return
            SLOT.pack_into(self._memory, at, name, until, count + 1)
            SLOT.pack_into(self._memory, place, mark, until, 1)

    def _write(self, visitor: bytes, face: bytes, ends: float) -> None:
        written, told = _NUMBERS.unpack_from(self._memory, _HEAD.size)
        _ENTRY.pack_into(self._memory, _RING + written % RING * _ENTRY.size, visitor, face, ends)
        _NUMBERS.pack_into(self._memory, _HEAD.size, written + 1, told)

    def _digest(self, kind: bytes, what: bytes) -> bytes:
        return hashlib.blake2b(kind + what, digest_size=16, key=self._salt).digest()

    def _bucket(self, digest: bytes) -> int:
        return _START + int.from_bytes(digest[:4]) % BUCKETS * BUCKET

    def _find(self, digest: bytes) -> tuple[int, float, int] | None:
        """Give where a digest's slot is, its end and its count."""
        start = at = self._bucket(digest)
        while (at := self._memory.find(digest, at, start + BUCKET)) >= 0:
            if (at - start) % SLOT.size == 0:
                _, ends, count = SLOT.unpack_from(self._memory, at)
                return at, ends, count
            at += 1
        return None

    def _free(self, digest: bytes, now: float, besides: int | None = None) -> int | None:
        """Give where there is room for a digest."""
        start = self._bucket(digest)
        for at in range(start, start + BUCKET, SLOT.size):
            if at != besides and SLOT.unpack_from(self._memory, at)[1] <= now:
                return at
        return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.lockf(self._fd, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._fd, fcntl.LOCK_UN)


def known(what: bytes) -> bytes:
    """Give the digest by which all machines know a visitor or a face."""
    return hashlib.blake2b(what, digest_size=16).digest()


def _private() -> int:
    fd = os.memfd_create("limner tally")
    _fill(fd)
    return fd


def _fill(fd: int) -> None:
    os.ftruncate(fd, _SIZE)  # 32 MB of nothing: pages are only there once they are written
    os.pwrite(fd, _HEAD.pack(_MARK, os.urandom(16)), 0)


def _open(file: Path) -> int:
    """Open the file, and make it, whole, if it is not there."""
    if not file.exists():
        beside = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
        fd = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _fill(fd)
            with suppress(FileExistsError):  # another process was quicker
                os.link(beside, file)
        finally:
            os.close(fd)
            beside.unlink()
    fd = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    if _RING <= os.fstat(fd).st_size < _SIZE:
        os.ftruncate(fd, _SIZE)  # it is of an earlier limner, which had no ring
    return fd
