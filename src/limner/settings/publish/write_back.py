"""What all kinds of `[[publish]]` that write into a directory have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from limner.settings.directory import DirectoryPeople
from limner.settings.publish.schedule import SCHEDULE
from limner.settings.values import File, Name, Schedule


class WriteBack(DirectoryPeople):
    """A directory that is written to: whose entries, and what keeps a mistake small."""

    name: Name = Field(
        default="", max_length=100, description="What reports call this table; its kind and first server, if not set."
    )
    max_changes: float = Field(
        default=0.10,
        ge=0,
        le=1,
        description="A run that would replace or take back the values of a larger share of the people found stops and "
        "writes nothing. Values where there were none do not count.",
    )
    undo: File = Field(
        default=Path("undo"),
        description="The folder for undo files: LDIF that `ldapmodify` takes, written before every change.",
    )
    schedule: Schedule = SCHEDULE

    @property
    def label(self) -> str:
        """The table's name in reports."""
        return self.name or f"{getattr(self, 'kind', '')} {self.servers[0]}"

    def others_from_folder(self, folder: Path) -> dict[str, Any]:
        return {"name": self.label}
