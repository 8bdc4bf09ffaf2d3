"""`[sync]`: how photos come in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from limner.settings.section import Section
from limner.settings.values import Schedule


class Hide(Section):
    """`leavers = { hide_days = N }`."""

    hide_days: int = Field(ge=1, le=3650, description="Days for which a leaver is hidden before they are removed.")


def _leavers(value: object) -> object:
    if isinstance(value, dict | Hide) or value == "remove":
        return value
    raise ValueError('write "remove" or { hide_days = 30 }')


TAGS = ("{hide}", "{now}")
Leavers = Annotated[
    Annotated[Hide, Tag(TAGS[0])] | Annotated[Literal["remove"], Tag(TAGS[1])],
    Discriminator(lambda value: TAGS[1] if value == "remove" else TAGS[0]),
    BeforeValidator(_leavers),
]


class Sync(Section):
    """`[sync]`: how photos come in."""

    max_removals: float = Field(
        default=0.10,
        ge=0,
        le=1,
        description="A sync that would remove a larger share of a source's people stops and removes nobody.",
    )
    workers: int = Field(default=0, ge=0, le=256, description="Processes that make pictures; 0 is one for each core.")
    picture_bytes: int = Field(
        default=20_000_000, ge=1000, le=500_000_000, description="Bytes of a photo's file, at most."
    )
    picture_pixels: int = Field(
        default=60_000_000, ge=10_000, le=500_000_000, description="Width times height of a photo, at most."
    )
    schedule: Schedule = Field(
        default="",
        description='When `limner serve` syncs by itself: `"every 15m"` (s, m, h or d), or a cron expression in the '
        'machine\'s time, such as `"30 2 * * *"`. `""`: never. A source may have a schedule of its own.',
    )
    newest_photo: bool = Field(
        default=False,
        description="Of a person whom several sources have a photo of, show the newest one, rather than that of the "
        "first source. A photo added by hand counts before both.",
    )
    leavers: Leavers = Field(
        default="remove",
        description='What becomes of people whom a source has no more: `"remove"`, or `{ hide_days = 30 }`: nobody '
        "finds them, and they are removed after so many days, unless they come back.",
    )

    @property
    def hide_seconds(self) -> int:
        """How long a leaver is hidden; 0: not at all."""
        return self.leavers.hide_days * 86_400 if isinstance(self.leavers, Hide) else 0
