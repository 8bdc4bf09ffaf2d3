"""Where people and pictures are kept: one interface of few verbs, one file per engine.

The rooms above speak with `Library` and do not know the engine. A name is asked for by its index key
(`limner.people`), a picture by the rung of the ladder (`limner.picture.LADDER`) that it fits.
"""

from __future__ import annotations

from pathlib import Path

from limner.library.embedded import EmbeddedLibrary
from limner.library.engine import GUEST, INSIDER, KEEPER, Batch, Count, Fault, Library, Reader, Rendition, Row
from limner.library.record import AUDIENCES, HAND, Record
from limner.passes import Register
from limner.settings import SharedPlace

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
    "Row",
    "is_there",
    "open_library",
    "open_register",
]


def is_there(place: Path | SharedPlace) -> bool:
    """Tell whether there is anything at `place`, be it a library or the remains of one. Raises LibraryError."""
    if isinstance(place, SharedPlace):
        from limner.library.shared import is_made

        return is_made(place)
    return place.is_dir() and any(place.iterdir())


def open_register(place: Path | SharedPlace, file: Path, *, create: bool = False) -> Register:
    """Open the register of passes; `file` is where this machine has it, `place` the library.

    `create` makes one where there is none. Raises RegisterError; where the library is shared, also when its database
    does not answer, for then nobody could say which passes count.
    """
    if isinstance(place, SharedPlace):
        from limner.library.shared.register import SharedRegister

        return SharedRegister(file, place)
    return Register(file, create=create)


def open_library(place: Path | SharedPlace, *, create: bool = False, readonly: bool = False) -> Library:
    """Open the library at `place`, as the settings name it: a folder, or a database that many machines share.

    `create` makes an empty one where there is none; one that is opened `readonly` waits for no writer. Raises
    LibraryError.
    """
    if isinstance(place, SharedPlace):
        from limner.library.shared import SharedLibrary  # with all that it needs, which a folder does not

        return SharedLibrary(place, create=create, readonly=readonly)
    return EmbeddedLibrary(str(place), create=create, readonly=readonly)
