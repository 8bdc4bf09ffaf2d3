"""`[[source]]`: where photos come from; one file per kind, and `kind` says which."""

from __future__ import annotations

from typing import Annotated

from limner.settings.sources.folder import FolderSource
from limner.settings.sources.kind import ByKind
from limner.settings.sources.ldap import LdapSource

__all__ = ["FolderSource", "LdapSource", "Source"]

Source = Annotated[FolderSource | LdapSource, ByKind(FolderSource, LdapSource)]
