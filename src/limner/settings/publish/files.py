"""What all kinds of `[[publish]]` that write files have in common."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from limner.settings.publish.schedule import SCHEDULE
from limner.settings.section import Section, shown
from limner.settings.template import BRACES, PLACES
from limner.settings.values import BREAK, File, Name, Schedule


def _names(value: object) -> object:
    """Take a relative path with at least one name of a person in it, that no text can lead out of its folder."""
    if isinstance(value, str) and 0 < len(value) <= 200 and not BREAK.search(value):
        plain = BRACES.sub("x", value)
        known = all(name in PLACES for name in BRACES.findall(value))
        steps = plain.split("/")
        if known and BRACES.search(value) and not re.search(r"[{}\\]", plain) and all(map(_is_step, steps)):
            return value
    raise ValueError(
        f"{shown(value)} is no name of a file with {{mail}}, {{uid}}, {{key}}, {{md5}} or {{sha256}} in it, such as "
        '"{mail}.jpg"'
    )


def _is_step(step: str) -> bool:
    return bool(step) and not step.startswith(".")


FileNames = Annotated[str, BeforeValidator(_names)]


class Files(Section):
    """Files with photos, named for people, on another server; each kind has its `kind`."""

    kind: str

    name: Name = Field(
        default="", max_length=100, description="What reports call this table; where it writes to, if not set."
    )
    names: FileNames = Field(
        default="{mail}.jpg",
        description="How files are named, with `{mail}`, `{uid}`, `{key}`, or the `{md5}` or `{sha256}` of a mail "
        "address. A person has a file for each of their mail addresses. `/` makes folders.",
    )
    size: int = Field(default=160, ge=48, le=648, description="Pixels of a side, or the next size up.")
    bytes: int = Field(
        default=45_000, ge=0, description="Bytes of a file, at most (0: no limit): a smaller size is taken instead."
    )
    insiders: bool = Field(
        default=False,
        description='Also write the photos of people who are shown to "insiders" only. The policy does not guard '
        "files: the other server has to.",
    )
    replace: bool = Field(
        default=False,
        description="Replace files that have such a name already and that limner did not write. Without it they are "
        "left as they are, and told.",
    )
    max_removals: float = Field(
        default=0.10,
        ge=0,
        le=1,
        description="A run that would remove a larger share of the files stops and removes none.",
    )
    manifests: File = Field(
        default=Path("published"), description="The folder for manifests: what was written where, for the next run."
    )
    collect: Name = Field(
        default="",
        description="Also write TDI's `collect_photos.in` for HCL Connections, and this is the folder of the photos as "
        'TDI sees it, such as "/opt/tdi/photos". Its users are by `{uid}`.',
    )
    schedule: Schedule = SCHEDULE

    @model_validator(mode="after")
    def _collects_users(self) -> Files:
        if self.collect and "/" in self.names:
            raise ValueError("`collect` needs all photos in one folder: no / in `names`")
        return self

    @property
    def place(self) -> str:
        """Where it writes to, without a secret."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """The table's name in reports."""
        return self.name or self.place

    def others_from_folder(self, folder: Path) -> dict[str, Any]:
        return {"name": self.label}
