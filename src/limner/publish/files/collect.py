"""TDI's `collect_photos.in`, which HCL Connections loads photos by: three lines for each person.

After HCL's page on exporting and importing photos for Profiles: the photo's path as TDI sees it, the user's uid, a full
stop. A list without one of the full stops fails to load.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from limner import settings
from limner.library import Library
from limner.publish.files.names import paths

LIST: Final = "collect_photos.in"


def listed(library: Library, table: settings.Files, there: Set[str]) -> bytes:
    """Give the list of everybody who has a uid and one of these files."""
    folder = table.collect.rstrip("/\\") or "/"
    parted = "\\" if "\\" in folder and "/" not in folder else "/"
    lines = []
    for _, record in library.people():
        uid = record.person.uid
        path = next((path for path in paths(table.names, record.person) if path in there), None)
        if uid and path:
            lines += [f"{folder.rstrip(parted)}{parted}{path}", uid, "."]
    return "".join(f"{line}\n" for line in lines).encode()
