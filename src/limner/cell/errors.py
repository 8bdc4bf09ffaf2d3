"""What can go wrong in the wing of WebSphere cells."""

from __future__ import annotations

from limner.errors import LimnerError


class CellError(LimnerError):
    """A cell's files are not what they should be, or cannot be read; the message names file and line."""
