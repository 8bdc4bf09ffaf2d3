"""The people of the library, as policies know them."""

from __future__ import annotations

from collections.abc import Iterable

from limner.errors import LibraryError
from limner.library import Library, Record


class KnownPeople:
    """How names lead to people, by the library; see `limner.policy.Known`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._reader = library.reader()

    def label(self, keys: Iterable[bytes]) -> str | None:
        return next((record.person.label for key in keys if (record := self._find(key)) is not None), None)

    def names(self, key: bytes) -> frozenset[bytes]:
        record = self._find(key)
        return frozenset(record.person.index_keys()) if record is not None else frozenset()

    def state(self) -> int:
        try:
            return self._reader.state()
        except LibraryError:
            return -1
        finally:
            self._reader.release()

    def _find(self, key: bytes) -> Record | None:
        try:
            return self._library.find(key)
        except LibraryError:
            return None  # whoever wants a photo of it will say so
