"""Where an issuer's keys come from, and how they stay up to date without anybody waiting for them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from limner.jwt.errors import JwksError
from limner.jwt.keys import Keys, read_file, read_keys, read_secret
from limner.jwt.remote import Remote

logger = logging.getLogger("limner")


class Ring(Protocol):
    """The keys of an issuer, as they are now."""

    @property
    def keys(self) -> Keys | None:
        """The keys; None: there are none, and no token is valid."""

    def refresh(self) -> bool:
        """Take up changed keys; to be called each second. True: they are others now. Never raises, never waits."""

    def miss(self) -> None:
        """Note that a token came whose key is not there: it may be a new one."""

    def trouble(self) -> str | None:
        """Say what is wrong with the keys now, if something is."""


class FixedRing:
    """Keys that never change."""

    def __init__(self, keys: Keys) -> None:
        self.keys: Keys | None = keys

    def refresh(self) -> bool:
        return False

    def miss(self) -> None:
        """Do nothing: there will be no other keys."""

    def trouble(self) -> str | None:
        return None


class FileRing:
    """Keys in a file, read again when it changes. Raises JwksError if it cannot be read at first."""

    def __init__(self, file: Path, algorithms: tuple[str, ...], *, secret: bool = False) -> None:
        self.file = file
        self._algorithms = algorithms
        self._secret = secret
        self._trouble: str | None = None
        self._seen = self._look()
        self.keys: Keys | None = self._read()

    def refresh(self) -> bool:
        seen = self._look()
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self.keys = self._read()
        except JwksError as why:
            self._trouble = why.message
            logger.error("%s; the keys read before still count", why.message)  # noqa: TRY400
            return False
        self._trouble = None
        logger.warning("%s was read again", self.file)
        return True

    def miss(self) -> None:
        """Do nothing: the file is looked at each second anyway."""

    def trouble(self) -> str | None:
        return self._trouble

    def _read(self) -> Keys:
        raw = read_file(self.file)
        if not self._secret:
            return read_keys(raw, self._algorithms, str(self.file))
        if self.open_to_others():
            raise JwksError(f"others than its owner can get at {self.file}", hint=f"chmod 600 {self.file}")
        return read_secret(raw, self._algorithms, str(self.file))

    def open_to_others(self) -> bool:
        """Tell whether others than its owner can get at the file."""
        try:
            return bool(self.file.stat().st_mode & 0o077)
        except OSError:
            return False

    def _look(self) -> tuple[int, int, int, int] | None:
        try:
            stat = os.stat(self.file)  # noqa: PTH116
        except OSError:
            return None
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_mode


class UrlRing:
    """Keys that an issuer publishes at an address; old ones count while it is down, up to a limit."""

    def __init__(self, remote: Remote[Keys]) -> None:
        self.remote = remote
        self.keys: Keys | None = remote.value

    def refresh(self) -> bool:
        self.remote.poll()
        before, self.keys = self.keys, self.remote.value
        return before is not None and before is not self.keys

    def miss(self) -> None:
        self.remote.soon()

    def trouble(self) -> str | None:
        return self.remote.trouble


def reader(algorithms: tuple[str, ...], where: str) -> Callable[[bytes], Keys]:
    """Give the function that reads a fetched key set."""
    return lambda raw: read_keys(raw, algorithms, where, public=True)
