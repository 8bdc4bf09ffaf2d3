"""What can be wrong with key files."""

from __future__ import annotations

from limner.errors import LimnerError


class KeyFileError(LimnerError):
    """A file of LTPA keys cannot be read, opened with the password given, or trusted."""


class AliasTableError(LimnerError):
    """The table of names in tokens cannot be read, or holds what is no name."""
