"""Verdicts on credentials, remembered until they end, in bounded memory."""

from __future__ import annotations

import hashlib
import os
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """What was found out about credentials, by a digest of each: the credentials themselves are not kept.

    At most `most` are remembered; then the one that was asked for least recently goes.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._salt = os.urandom(16)  # nobody outside can choose credentials whose digests meet
        self._kept: dict[bytes, tuple[T, float]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, credential: bytes, now: float) -> T | None:
        """Give what is remembered of a credential; None: nothing, or it has ended (Unix time)."""
        key = self._key(credential)
        found = self._kept.pop(key, None)
        if found is None or found[1] <= now:
            return None
        self._kept[key] = found  # behind all others again
        return found[0]

    def put(self, credential: bytes, value: T, until: float) -> None:
        """Remember something of a credential until a Unix time."""
        key = self._key(credential)
        self._kept.pop(key, None)
        while len(self._kept) >= self.most > 0:
            del self._kept[next(iter(self._kept))]
        if self.most > 0:
            self._kept[key] = value, until

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _key(self, credential: bytes) -> bytes:
        return hashlib.blake2b(credential, digest_size=16, key=self._salt).digest()
