"""`[[source]]` with `kind = "url"`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from limner.settings.section import Section
from limner.settings.sources.kind import SCHEDULE
from limner.settings.template import check_template
from limner.settings.values import File, Name, Schedule


class UrlSource(Section):
    """`[[source]]` with `kind = "url"`: a photo's address for each person, as Sametime's PhotoURL."""

    kind: Literal["url"] = Field(description='"url".')
    name: Name = Field(
        default="", max_length=100, description="What reports call this source; its template or table, if not set."
    )
    template: Name = Field(
        default="",
        max_length=2000,
        description="The address of a person's photo, with `{mail}`, `{uid}`, `{key}`, `{md5}` or `{sha256}` in it: "
        '"https://photos.example.com/{mail}.jpg".',
    )
    table: File | None = Field(
        default=None,
        description="A CSV file of people, with the columns `url`, `mail` (several parted by spaces), `uid`, `dn`, "
        "`key`, `name`; without `url`, a template makes the addresses.",
    )
    people: Name = Field(
        default="", max_length=100, description="The name of another source, whose people a template is filled with."
    )
    attribute: Name = Field(
        default="",
        max_length=60,
        description="The attribute of those people that holds the address, by the name that the other source's "
        "`attributes` gives it; where it is empty, a template stands in.",
    )
    fetch: Literal["ahead", "on ask"] = Field(
        default="ahead",
        description='When photos are fetched: "ahead" by every sync, or "on ask" by `limner serve` when somebody asks '
        "for a person's photo the first time.",
    )
    parallel: int = Field(default=8, ge=1, le=64, description="Photos that are fetched, or looked at, at once.")
    wait_seconds: float = Field(
        default=2.0,
        gt=0,
        le=30,
        description="On ask: seconds that a visitor waits, at most; then there is no photo yet.",
    )
    again_hours: float = Field(
        default=24,
        gt=0,
        le=24 * 365,
        description="On ask: hours after which a photo that was fetched is looked at again at its origin.",
    )
    missing_minutes: float = Field(
        default=10,
        gt=0,
        le=60 * 24 * 30,
        description="On ask: minutes for which an origin that had no photo, or did not answer, is not asked again.",
    )
    schedule: Schedule | None = SCHEDULE

    @field_validator("template")
    @classmethod
    def _is_template(cls, value: str) -> str:
        return check_template(value) if value else value

    @model_validator(mode="after")
    def _some_people(self) -> UrlSource:
        if bool(self.table) == bool(self.people):
            raise ValueError("who are the people? write `table` (a CSV file) or `people` (the name of another source)")
        if self.people and not (self.template or self.attribute):
            raise ValueError(
                "with the people of another source, a `template` or an `attribute` says where their photos are"
            )
        if self.attribute and not self.people:
            raise ValueError("`attribute` is one of another source's `people`; a table has a column `url`")
        return self

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""
        return self.name or self.template or str(self.table or f"{self.attribute} of {self.people}")

    def others_from_folder(self, folder: Path) -> dict[str, Any]:
        return {"name": self.label}
