"""Where people and pictures are kept: one interface of few verbs, one file per engine.

The rooms above speak with `Library` and do not know the engine. A name is asked for by its index key
(`limner.people`), a picture by the rung of the ladder (`limner.picture.LADDER`) that it fits.
"""

from __future__ import annotations

from limner.library.embedded import EmbeddedLibrary
from limner.library.engine import GUEST, INSIDER, KEEPER, Batch, Count, Fault, Library, Reader, Rendition
from limner.library.record import AUDIENCES, HAND, Record

__all__ = [
    "AUDIENCES",
    "GUEST",
    "HAND",
    "INSIDER",
    "KEEPER",
    "Batch",
    "Count",
    "EmbeddedLibrary",
    "Fault",
    "Library",
    "Reader",
    "Record",
    "Rendition",
    "open_library",
]


def open_library(place: object, *, create: bool = False, readonly: bool = False) -> Library:
    """Open the library at `place`, as the setting `library` names it: the folder of an embedded library.

    `create` makes an empty one where there is none; one that is opened `readonly` waits for no writer. Raises
    LibraryError.
    """
    return EmbeddedLibrary(str(place), create=create, readonly=readonly)
