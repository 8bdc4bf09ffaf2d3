"""`[[publish]]` with `kind = "folder"`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from limner.settings.publish.files import Files
from limner.settings.values import File


class FolderFiles(Files):
    """`[[publish]]` with `kind = "folder"`: files in a folder of this machine, or one that is mounted."""

    kind: Literal["folder"] = Field(description='"folder".')
    path: File = Field(description="The folder; it has to be there, so that a file system that is not mounted shows.")

    @property
    def place(self) -> str:
        return str(self.path)
