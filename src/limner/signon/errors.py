"""What can go wrong in the sign-on room."""

from __future__ import annotations

from limner.errors import LimnerError


class SignonError(LimnerError):
    """A file is not what it should be, cannot be read or written, or a server cannot be asked."""
