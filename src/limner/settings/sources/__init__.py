"""`[[source]]`: where photos come from; one file per kind, and `kind` says which."""

from __future__ import annotations

from typing import Annotated

from limner.settings.sources.connections import ConnectionsSource
from limner.settings.sources.folder import FolderSource
from limner.settings.sources.graph import GraphSource
from limner.settings.sources.kind import ByKind
from limner.settings.sources.ldap import LdapSource
from limner.settings.sources.url import UrlSource

__all__ = ["ConnectionsSource", "FolderSource", "GraphSource", "LdapSource", "Source", "UrlSource"]

Source = Annotated[
    FolderSource | LdapSource | ConnectionsSource | GraphSource | UrlSource,
    ByKind(FolderSource, LdapSource, ConnectionsSource, GraphSource, UrlSource),
]
