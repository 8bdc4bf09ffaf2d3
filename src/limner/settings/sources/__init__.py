"""`[[source]]`: where photos come from; one file per kind, and `kind` says which."""

from __future__ import annotations

from typing import Annotated

from limner.settings.sources.folder import FolderSource
from limner.settings.sources.kind import ByKind

__all__ = ["FolderSource", "Source"]

Source = Annotated[FolderSource, ByKind(FolderSource)]  # a union, once there are more; ByKind takes them in order
