"""`[sync]`: how photos come in."""

from __future__ import annotations

from pydantic import Field

from limner.settings.section import Section


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
