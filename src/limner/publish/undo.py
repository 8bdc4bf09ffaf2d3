"""The file that undoes a change: written before it, whole or not at all, readable for its owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from limner.errors import PublishError


@contextmanager
def undo_file(folder: Path, kind: str) -> Iterator[tuple[TextIO, Path]]:
    """Give a file to write to, and where it will stand once the block has ended well; else there is none.

    It is on disk when the block has ended: what follows may be as sudden as it likes. Raises PublishError.
    """
    place = folder / f"{kind}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.ldif"
    name = ""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=f".{kind}.", dir=folder)  # for its owner only
        with open(handle, "w", encoding="ascii") as out:  # noqa: PTH123 - a descriptor
            yield out, place
            out.flush()
            os.fsync(handle)
        Path(name).replace(place)
        name = ""
        _sync_folder(folder)
    except OSError as why:
        raise PublishError(
            f"cannot write the undo file {place}: {why.strerror}", hint="nothing was changed; see `undo` of the table"
        ) from None
    finally:
        if name:
            with suppress(OSError):
                Path(name).unlink()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
