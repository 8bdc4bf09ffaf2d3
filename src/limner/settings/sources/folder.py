"""`[[source]]` with `kind = "folder"`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from limner.settings.section import Section
from limner.settings.sources.kind import SCHEDULE
from limner.settings.values import File, Name, Schedule


class FolderSource(Section):
    """`[[source]]` with `kind = "folder"`: files named by mail address or user name."""

    kind: Literal["folder"] = Field(description='"folder".')
    path: File = Field(description="The folder; its sub-folders are read too.")
    name: Name = Field(
        default="", max_length=100, description="What reports call this source; its path as written, if not set."
    )
    names: Literal["auto", "mail", "uid"] = Field(
        default="auto",
        description='What a file\'s name is: "mail", "uid", or "auto" (a mail address if there is an @ in it).',
    )
    table: File | None = Field(
        default=None,
        description="A CSV file that says who is on which file, with the columns `file`, `mail` (several parted by "
        "spaces), `uid`, `dn`, `key`, `name`. Then only its people are taken.",
    )
    collect: File | None = Field(
        default=None,
        description="TDI's `collect_photos.in` (three lines for each person). Then only its people are taken.",
    )
    attributes: list[Name] = Field(
        default=[],
        max_length=20,
        description='More columns of `table`, which `limner report` can sort people by, such as `["department"]`.',
    )

    schedule: Schedule | None = SCHEDULE

    @model_validator(mode="after")
    def _one_list(self) -> FolderSource:
        if self.table and self.collect:
            raise ValueError("`table` and `collect` both say who is on which file; leave one out")
        if self.attributes and not self.table:
            raise ValueError("`attributes` are columns of a `table`, and there is none")
        return self

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""
        return self.name or str(self.path)

    def others_from_folder(self, folder: Path) -> dict[str, Any]:
        return {"name": self.label}  # the path as written, not as resolved: it is the source's name in the library
