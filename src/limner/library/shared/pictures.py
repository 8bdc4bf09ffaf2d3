"""The pictures of a shared library: got from the store, and believed only when they are whole."""

from __future__ import annotations

from limner.errors import LibraryError
from limner.library import entity
from limner.library.engine import Rendition
from limner.library.shared import pack
from limner.library.shared.shelf import Shelf


class Pictures:
    """Gets pictures; any thread may. Raises AwayError where the store does not answer, LibraryError."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def renditions(self, place: str, checksum: bytes, digest: bytes) -> dict[int, bytes]:
        """Give the renditions at a place, by their rungs; `checksum` is what the library knows of the object there."""
        raw = self._shelf.get(place)
        if raw is None:
            raise LibraryError(f"{self._shelf.where} lacks the picture {digest.hex()[:16]} ({place})")
        if pack.digest(raw) != checksum:
            raise LibraryError(f"{self._shelf.where} gave the picture {digest.hex()[:16]} damaged, or half ({place})")
        return pack.unpack(raw)

    def rendition(self, place: str, checksum: bytes, digest: bytes, rung: int, modified: int) -> Rendition:
        """Give one of them, as `Library.rendition` does."""
        body = self.renditions(place, checksum, digest)[rung]
        return Rendition(body, entity.etag(body), modified)
