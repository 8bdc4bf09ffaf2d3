"""`[passes]`: how meeting passes are issued, and what their links do."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from limner.settings.durations import Duration
from limner.settings.rules.passes import REGISTER
from limner.settings.section import Section
from limner.settings.values import File, HttpUrl, Origin


class Passes(Section):
    """`[passes]`: how meeting passes are issued, and what their links do."""

    secrets: File = Field(
        default=REGISTER,
        description="The register in which passes are put on record; a rule's `pass` names it too.",
    )
    site: Origin | None = Field(
        default=None,
        description='Where guests find limner, such as "https://photos.example.com": links begin with it, and where '
        "it is https, cookies are for https only.",
    )
    landing: HttpUrl | None = Field(
        default=None, description="Where a link leads, once it has become a cookie; else to a page that says so."
    )
    longest: Duration = Field(default="24h", description="How long a pass may last.")
    faces: int = Field(default=200, ge=1, le=500, description="Faces of one pass, at most.")
    per_minute: int = Field(
        default=60, ge=1, le=10_000, description="Passes that one client may ask for in a minute (`POST /passes`)."
    )
    same_site: Literal["lax", "none", "strict"] = Field(
        default="lax",
        description="SameSite of the cookie. Meetings that show photos in pages of another site, or in its frames, "
        'need "none", and https.',
    )
    partitioned: bool = Field(
        default=False,
        description='With `same_site = "none"`: the cookie counts only within the site in whose frame the link was '
        "opened. Some browsers take no other one there.",
    )

    @model_validator(mode="after")
    def _cookie_is_taken(self) -> Passes:
        if self.same_site == "none" and not (self.site or "").startswith("https:"):
            raise ValueError('same_site = "none" needs https, or browsers drop the cookie: set site = "https://..."')
        if self.partitioned and self.same_site != "none":
            raise ValueError('partitioned = true needs same_site = "none"')
        return self
