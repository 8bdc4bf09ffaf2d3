"""Writes files whole or not at all, over nothing that is there, and what is secret for its owner's eyes only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from limner.cell.keystores.errors import KeyStoreError
from limner.cell.keystores.parts import Part


def refuse_taken(folder: Path, parts: Sequence[Part]) -> None:
    """Raise KeyStoreError if one of the files is there already."""
    taken = [part.name for part in parts if os.path.lexists(folder / part.name)]
    if taken:
        raise KeyStoreError(
            f"{folder} has {', '.join(taken)} already", hint="nothing is overwritten: name another folder with --to"
        )


def write(folder: Path, parts: Sequence[Part]) -> None:
    """Write all files, or none of them. Raises KeyStoreError."""
    refuse_taken(folder, parts)
    waiting: list[tuple[Path, Path]] = []
    done: list[Path] = []
    try:
        folder.mkdir(mode=0o700 if any(part.secret for part in parts) else 0o755, parents=True, exist_ok=True)
        for part in parts:
            waiting.append((_prepare(folder, part), folder / part.name))  # noqa: PERF401 - one after the other, to undo
        for temporary, file in waiting:
            os.link(temporary, file)  # unlike a rename, it does not replace what came there meanwhile
            done.append(file)
    except (OSError, ValueError) as why:
        for file in done:
            file.unlink(missing_ok=True)
        raise KeyStoreError(
            f"cannot write into {folder}: {why.strerror if isinstance(why, OSError) else why}"
        ) from None
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def _prepare(folder: Path, part: Part) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{part.name}.", dir=folder)
    try:
        with open(handle, "wb") as out:  # noqa: PTH123 - a descriptor
            out.write(part.content)
            out.flush()
            os.fchmod(handle, 0o600 if part.secret else 0o644)
            os.fsync(handle)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
