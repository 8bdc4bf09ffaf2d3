"""Keys from a file of either kind, for those who rely on them: a key set, or a raw file and its password."""

from __future__ import annotations

from pathlib import Path

from limner.ltpa.errors import KeyFileError
from limner.ltpa.keyfile import needs_password, read_raw
from limner.ltpa.keys import Keys
from limner.ltpa.keyset import is_stored, parse, read_file


def open_keys(file: Path, password_file: Path | None = None, *, ltpa1: bool = False) -> Keys:
    """Read keys; with `ltpa1` those of LTPA 1 too, where the file has them.

    Raises KeyFileError: also for a file, or password, that others than its owner can get at, and for keys whose cipher
    this machine does not have.
    """
    raw, _ = read_file(file, private=True)
    if is_stored(raw):
        keys = parse(raw, str(file))
    else:
        password = None
        if needs_password(raw):
            if password_file is None:
                raise KeyFileError(
                    f"{file} is protected by a password, and no password_file is set",
                    hint="better: `limner ltpa import-keys` makes a key set of it, without the private key",
                )
            password = read_password(password_file, private=True)[0]
        keys, _ = read_raw(raw, file.name, password, ltpa1=ltpa1)
    if ltpa1 and getattr(keys, "ltpa1", None) is not None:
        keys.ltpa1.decrypt(b"")  # type: ignore[union-attr]  # raises here rather than with the first token
    return keys


def read_password(file: Path, *, private: bool = False) -> tuple[str, bool]:
    """Read a password, without the line break at its end; say too whether others can read it. Raises KeyFileError."""
    raw, is_open = read_file(file, private=private)
    try:
        return raw.decode("utf-8").removesuffix("\n").removesuffix("\r"), is_open
    except UnicodeDecodeError:
        raise KeyFileError(f"the password in {file} is not UTF-8") from None
