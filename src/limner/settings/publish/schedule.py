"""The setting `schedule`, which every kind of `[[publish]]` has."""

from __future__ import annotations

from pydantic import Field

SCHEDULE = Field(
    default="",
    description='When `limner serve` publishes by itself: `"every 15m"` or a cron expression, as for `[sync]`. '
    '`""`: never.',
)
