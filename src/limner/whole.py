"""Files that are written for a user: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from limner.errors import LimnerError


def write(file: Path, text: str, mode: int, error: type[LimnerError] = LimnerError) -> None:
    """Write a file whole, or not at all; a new one gets `mode`, and who could read the old one can read the new one.

    Behind a link it is the file that is written, not the link; what is no file, such as a device or a pipe, stays as
    it is. Raises `error`.
    """
    try:
        if file.exists() and not file.is_file():
            raise ValueError("it is not a file")
        place = file.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
        try:
            with open(handle, "w", encoding="utf-8") as out:  # noqa: PTH123 - a descriptor
                os.fchmod(handle, place.stat().st_mode & 0o777 if place.exists() else mode)
                out.write(text)
                out.flush()
                os.fsync(handle)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, ValueError, RuntimeError) as why:  # RuntimeError: links in a circle
        raise error(f"cannot write {file}: {why.strerror if isinstance(why, OSError) else why}") from None
