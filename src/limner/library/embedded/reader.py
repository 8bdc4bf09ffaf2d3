"""The photo lane's view of an embedded library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lmdb

from limner.library.embedded.border import border, explain


class EmbeddedReader:
    """The photo lane's view; see `limner.library.engine.Reader`."""

    __slots__ = ("_env", "_get", "_names", "_renditions", "_txn")

    def __init__(self, env: Any, table: dict[str, Any]) -> None:
        self._env = env
        self._names = table["names"]
        self._renditions = table["renditions"]
        self._txn: Any = None
        self._get: Any = None

    def find(self, index_key: bytes) -> bytes | None:
        if self._get is None:
            self._renew()
        try:
            found: bytes | None = self._get(index_key, None, self._names)
        except lmdb.BadValsizeError:  # an empty key, or one longer than LMDB takes: nobody has it
            return None
        except lmdb.Error as why:
            explain(why, Path(self._env.path()))
        return found

    def rendition(self, place: bytes) -> bytes | None:
        if self._get is None:
            self._renew()
        try:
            found: bytes | None = self._get(place, None, self._renditions)
        except lmdb.BadValsizeError:
            return None
        except lmdb.Error as why:
            explain(why, Path(self._env.path()))
        return found

    def release(self) -> None:
        if self._txn is not None:
            self._txn.abort()
            self._txn = self._get = None

    def state(self) -> int:
        if self._get is None:
            self._renew()
        return int(self._txn.id())

    def _renew(self) -> None:
        with border(Path(self._env.path())):
            self._txn = self._env.begin()
        self._get = self._txn.get
