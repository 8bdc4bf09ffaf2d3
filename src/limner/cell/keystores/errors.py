"""What can be wrong with a file of certificates."""

from __future__ import annotations

from limner.cell.errors import CellError


class KeyStoreError(CellError):
    """A file of certificates or keys cannot be read or written."""


class DamagedError(KeyStoreError):
    """A file is not what it seems to be, or only a part of it, or was changed since it was made."""


class PasswordError(KeyStoreError):
    """A file needs a password, or another one than was given."""
