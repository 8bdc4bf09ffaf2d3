"""What can go wrong with a scan as a whole; what one endpoint does is a result."""

from __future__ import annotations

from limner.cell.errors import CellError


class ScanError(CellError):
    """An address to scan is none, or cannot be found."""
