"""Writing a file: whole or not at all, and never over another one unless that is asked for."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from limner.signon.errors import SignonError


def write(raw: bytes, file: Path, *, force: bool = False) -> None:
    """Write a file that everybody may read. Raises SignonError; also if it is there already, without `force`."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as stream:
                stream.write(raw)
                stream.flush()
                os.fsync(stream.fileno())
            if force:
                beside.replace(file)
            else:
                _put(beside, file)
        finally:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
    except FileExistsError:
        raise SignonError(f"{file} is there already", hint="--force writes over it") from None
    except OSError as why:
        raise SignonError(f"cannot write {file}: {why.strerror}") from None


def _put(beside: Path, file: Path) -> None:
    """Give a file its name, if nobody has it; a link fails then, whoever was quicker. Raises OSError."""
    try:
        os.link(beside, file)
    except FileExistsError:
        raise
    except OSError:  # file systems without links
        if file.exists():
            raise FileExistsError from None
        beside.replace(file)
