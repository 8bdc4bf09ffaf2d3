"""Photos, small enough for a directory, for those who have none there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence, Set
from functools import partial

from limner.directory import Directory
from limner.errors import LibraryError
from limner.library import Library
from limner.publish.known import Known, Unseen
from limner.publish.report import LeftOut
from limner.publish.values import Check, Value
from limner.settings import LdapSource, Source, Thumbnails
from limner.sources.ldap.presets import PRESETS


class Photos:
    """The photos that a `[[publish]]` table asks for. `sources` are those of the settings."""

    def __init__(self, settings: Thumbnails, library: Library, sources: Sequence[Source]) -> None:
        self.attribute = settings.written_to
        self.overwrite = settings.overwrite
        self._size, self._bytes = settings.size, settings.bytes
        self._library = library
        self._sources = {source.label: source for source in sources}

    def of(self, known: Known) -> Value | LeftOut:
        """Give the largest rendition that keeps to the table's size and bytes."""
        digest = known.record.digest
        assert digest is not None
        fitting = [
            rung for rung, size in self._library.sizes(digest).items() if rung <= self._size and size <= self._bytes
        ]
        if not fitting:
            return LeftOut(known.entry.dn, f"their photo has no size of at most {self._bytes} bytes")
        rung = max(fitting)

        def picture() -> bytes:
            body = self._library.picture(digest, rung)
            if body is None:
                raise LibraryError("a photo went away while it was to be written", hint="run the same command again")
            return body

        return picture

    def check(self, known: Known) -> Check | None:
        """Keep photos from going round: what came from this attribute of this entry is not written back into it.

        Somebody who removed their photo from the directory would have it back before the next sync. What an entry is
        called (its identity) is the same on every server of a directory, and in no other directory.
        """
        digest = known.record.digest
        parts = [part for part in known.record.parts if part.digest == digest]
        if digest is None or any(part.origin != known.origin for part in parts):
            return None
        attributes = [name for part in parts for name in self._photo_attributes(part.source)]
        others = tuple(name for name in attributes if name.lower() != self.attribute.lower())
        return partial(self._is_elsewhere, known.entry.dn, digest, others)

    def own(self, unseen: Unseen) -> Set[bytes]:
        """Give none: once the library has forgotten a photo, nobody can tell limner's copy of it from another's."""
        return frozenset()

    def _is_elsewhere(self, dn: str, digest: bytes, attributes: Sequence[str], directory: Directory) -> str | None:
        """Look whether an entry has its photo in another attribute, where it must have come from then."""
        entry = directory.read(dn, attributes) if attributes else None
        values = [value for name in attributes for value in entry.values(name)] if entry else []
        if any(hashlib.sha256(value).digest() == digest for value in values):
            return None
        return f"their photo is from this entry itself, and may have been removed from {self.attribute} since"

    def _photo_attributes(self, source: str) -> Sequence[str]:
        table = self._sources.get(source)
        return (table.photo or PRESETS[table.directory].photo) if isinstance(table, LdapSource) else ()
