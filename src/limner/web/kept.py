"""The settings file as it was when it was taken last, in memory that the supervisor shares with the workers.

A worker that is started again later must not take an edit of the file that nobody has asked to take, or that is a
mistake: it would serve by another policy than the others, or not at all.
"""

from __future__ import annotations

import os
from pathlib import Path

from limner import settings
from limner.errors import SettingsError
from limner.settings import Settings


class Kept:
    """The bytes of the settings file `file`, behind a file descriptor that workers inherit."""

    def __init__(self, file: Path, fd: int | None = None) -> None:
        self.file = file
        self.fd = os.memfd_create("limner settings") if fd is None else fd

    def write(self, raw: bytes) -> None:
        """Keep these bytes from now on."""
        os.pwrite(self.fd, raw, 0)
        os.ftruncate(self.fd, len(raw))

    def settings(self) -> Settings:
        """Give the settings that are kept. Raises SettingsError."""
        return settings.parse(os.pread(self.fd, os.fstat(self.fd).st_size, 0), self.file)


def read(file: Path) -> tuple[bytes, Settings]:
    """Read the settings file: its bytes, and what they say. Raises SettingsError."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(settings.FILE_LIMIT + 1)
    except (OSError, ValueError):
        settings.load(file)  # says what is wrong
        raise SettingsError(f"cannot read {file}") from None
    return raw, settings.parse(raw, file)
