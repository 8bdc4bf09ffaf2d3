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

KINDS = {"folder": "limner.sources.folder:Folder", "ldap": "limner.sources.ldap:Ldap"}
"""The class of each kind of `[[source]]`; loaded when there is one, for each brings libraries of its own."""


def open_source(table: settings.Source) -> Source:
    """Give the source that a `[[source]]` table describes; nothing is connected to before it is read."""
    module, _, name = KINDS[table.kind].partition(":")
    made = cast("Callable[[settings.Source], Source]", getattr(import_module(module), name))
    return made(table)
