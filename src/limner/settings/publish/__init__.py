"""`[[publish]]`: where photos, or their addresses, are written to; one file per kind, and `kind` says which."""

from __future__ import annotations

from typing import Annotated

from limner.settings.publish.photo_url import PhotoUrl
from limner.settings.publish.thumbnails import Thumbnails
from limner.settings.sources.kind import ByKind

__all__ = ["PhotoUrl", "Publish", "Thumbnails"]

Publish = Annotated[PhotoUrl | Thumbnails, ByKind(PhotoUrl, Thumbnails)]
