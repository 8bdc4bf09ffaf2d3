"""Where photos come from: one file per source.

A source tells whom it knows, and where each photo is; it neither decodes pictures nor knows the library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from limner import settings
from limner.sources.found import Found, Gone, Loaded, Reading, Refused, Remote, Source

__all__ = [
    "KINDS",
    "Found",
    "Gone",
    "Loaded",
    "Reading",
    "Refused",
    "Remote",
    "Source",
    "open_source",
]

KINDS = {
    "folder": "limner.sources.folder:Folder",
    "ldap": "limner.sources.ldap:Ldap",
    "connections": "limner.sources.connections:Connections",
    "graph": "limner.sources.graph:Graph",
    "url": "limner.sources.url:Url",
}
"""The class of each kind of `[[source]]`; loaded when there is one, for each brings libraries of its own."""

OVER_HTTP = frozenset(("connections", "graph", "url"))
"""Kinds that are made of the other settings as well: `[fetch]` says whom they may ask, and how."""


def open_source(table: settings.Source, whole: settings.Settings | None = None) -> Source:
    """Give the source that a `[[source]]` table of the `whole` settings describes.

    Nothing is connected to before it is read. Raises SourceError where a file that it needs cannot be read.
    """
    module, _, name = KINDS[table.kind].partition(":")
    made = cast("Callable[..., Source]", getattr(import_module(module), name))
    return made(table, whole or settings.Settings()) if table.kind in OVER_HTTP else made(table)
