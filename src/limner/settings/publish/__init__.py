"""`[[publish]]`: where photos, or their addresses, are written to; one file per kind, and `kind` says which."""

from __future__ import annotations

from typing import Annotated

from limner.settings.publish.folder import FolderFiles
from limner.settings.publish.photo_url import PhotoUrl
from limner.settings.publish.s3 import S3Files
from limner.settings.publish.sftp import SftpFiles
from limner.settings.publish.thumbnails import Thumbnails
from limner.settings.sources.kind import ByKind

__all__ = ["FolderFiles", "PhotoUrl", "Publish", "S3Files", "SftpFiles", "Thumbnails"]

Publish = Annotated[
    FolderFiles | SftpFiles | S3Files | PhotoUrl | Thumbnails,
    ByKind(FolderFiles, SftpFiles, S3Files, PhotoUrl, Thumbnails),
]
