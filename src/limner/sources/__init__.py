"""Where photos come from: one file per source.

A source tells whom it knows, and where each photo is; it neither decodes pictures nor knows the library.
"""

from __future__ import annotations

from limner.settings import FolderSource
from limner.sources.folder import Folder
from limner.sources.found import Found, Refused, Source

__all__ = ["Found", "Refused", "Source", "open_source"]


def open_source(settings: FolderSource) -> Source:
    """Give the source that a `[[source]]` table describes."""
    return Folder(settings)
