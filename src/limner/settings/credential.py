"""Passwords and client secrets: never in the settings file itself, but in a file or in the environment."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from limner.errors import SettingsError

SECRET_LIMIT = 16_384  # bytes of a file that holds one


def read_secret(file: Path | None, variable: str, what: str) -> str | None:
    """Read a secret from a file's first line, or from a variable of the environment; None if neither is set.

    `what` is what the secret is, for errors. Raises SettingsError.
    """
    if file is not None:
        try:
            with file.open("rb") as stream:
                raw = stream.read(SECRET_LIMIT)
            secret = raw.decode("utf-8-sig").partition("\n")[0].rstrip("\r")
        except OSError as why:
            raise SettingsError(f"cannot read the {what} from {file}: {why.strerror}") from None
        except UnicodeDecodeError:
            raise SettingsError(f"the {what} in {file} is not UTF-8") from None
        if not secret:
            raise SettingsError(f"the first line of {file}, which should hold the {what}, is empty")
        return secret
    if variable:
        secret = os.environ.get(variable, "")
        if not secret:
            raise SettingsError(
                f"the {what} should be in the environment as {variable}, which is not set",
                hint="a service manager hands it over, such as systemd's LoadCredential= or EnvironmentFile=",
            )
        return secret
    return None


def exposed(file: Path | None) -> str | None:
    """Say in words that others can read a file that holds a secret; None if they cannot.

    A credential of systemd's is readable by one user only, but its mode shows the mask of its ACL for the group.
    """
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    if file is not None and handed and file.parent == Path(handed):
        return None
    try:
        mode = file.stat().st_mode if file is not None else 0
    except OSError:
        return None
    if not mode & (stat.S_IRGRP | stat.S_IROTH):
        return None
    return f"{file} holds a secret and can be read by others: `chmod 600 {file}`"
