"""`[[source]]`: where photos come from; one file per kind."""

from limner.settings.sources.folder import FolderSource

Source = FolderSource  # a union with `kind` as its tag, once there are more

__all__ = ["FolderSource", "Source"]
