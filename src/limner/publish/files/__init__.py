"""Photos as files on another server: one file per kind of place, which it speaks with; the rest is the same for all."""

from __future__ import annotations

from limner import settings
from limner.publish.files.report import Report
from limner.publish.files.run import publish
from limner.publish.files.target import Target

__all__ = ["Report", "publish", "target_of"]


def target_of(table: settings.Files) -> Target:
    """Give the place that a table writes to. Raises LimnerError if what it needs is not there."""
    # each library is loaded for those who use it only
    if isinstance(table, settings.SftpFiles):
        from limner.publish.files.sftp import Sftp

        return Sftp(table)
    if isinstance(table, settings.S3Files):
        from limner.publish.files.s3 import S3

        return S3(table)
    from limner.publish.files.folder import Folder

    assert isinstance(table, settings.FolderFiles)
    return Folder(table.path)
