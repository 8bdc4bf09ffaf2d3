"""A file that counts as it is now: it is read again when it changes, and what cannot be read does not count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from limner.errors import LimnerError

T = TypeVar("T")
Stamp = tuple[int, ...] | None


class Followed(Generic[T]):
    """What `read` makes of some files; it is asked again when any of them changes, and while it fails.

    `value` is None while it fails (with `keeps`: what it was before), and `trouble` says why. `read` raises
    LimnerError.
    """

    def __init__(self, files: Sequence[Path], read: Callable[[], T], *, keeps: bool = False) -> None:
        self.files = tuple(files)
        self.value: T | None = None
        self.trouble: LimnerError | None = None
        self._read = read
        self._keeps = keeps
        self._stamps: list[Stamp] = []
        self._told: str | None = None
        self.refresh()

    def refresh(self) -> bool:
        """Look whether the files have changed. True: `value` is another one now."""
        stamps = [_stamp(file) for file in self.files]  # before they are read: a change in between is seen next time
        if stamps == self._stamps and self.trouble is None:
            return False
        self._stamps = stamps
        before, was_trouble = self.value, self.trouble is not None
        try:
            self.value, self.trouble = self._read(), None
        except LimnerError as why:
            self.trouble = why
            if not self._keeps:
                self.value = None
        return self.value != before or (was_trouble and self.trouble is None)

    def news(self) -> str | None:
        """Give what should be said in the log, once: that it cannot be read, or that it can again."""
        trouble = self.trouble.message if self.trouble else None
        if trouble == self._told:
            return None
        self._told = trouble
        if trouble is None:
            return f"{', '.join(map(str, self.files))}: read, and in use again"
        return trouble


def _stamp(file: Path) -> Stamp:
    """Give what changes with a file, its owner and its mode; None: it cannot be looked at."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode, found.st_uid
