"""The passwords of stores: from a file, from the environment, or asked for; never an argument, which others can see."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from limner.cell.keystores.errors import KeyStoreError, PasswordError
from limner.cell.keystores.reading import read_bytes
from limner.cli import say

PASSWORD = "LIMNER_CERT_PASSWORD"  # noqa: S105 - the name of the variable
NEW_PASSWORD = "LIMNER_CERT_NEW_PASSWORD"  # noqa: S105 - the name of the variable
_MOST_BYTES = 4096

password_file = click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help=f"File with the password of FILE; else ${PASSWORD}, else you are asked.",
)


def asker(file: Path, password_file: Path | None) -> Callable[[], str]:
    """Give what tells the password of a store when it is needed, and asks a person at most once."""
    known: list[str] = []

    def ask() -> str:
        if not known:
            known.append(password(f"Password of {file}", password_file, PASSWORD, f"{file} is protected by a password"))
        return known[0]

    return ask


def password(prompt: str, file: Path | None, variable: str, why: str, *, new: bool = False) -> str:
    """Get a password; `why` is the error's text if nobody can be asked. Raises KeyStoreError, PasswordError."""
    if file is not None:
        raw = read_bytes(file, _MOST_BYTES)
        if file.stat().st_mode & 0o077:
            say.warn(f"others than its owner can read {file}")
        try:
            return raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise KeyStoreError(f"the password in {file} is not UTF-8") from None
    if variable in os.environ:
        return os.environ[variable]
    if not sys.stdin.isatty():
        option = "--new-password-file" if new else "--password-file"
        raise PasswordError(why, hint=f"give {option}, or set {variable}")
    return str(click.prompt(prompt, hide_input=True, err=True, confirmation_prompt=new))
