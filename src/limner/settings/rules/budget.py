"""`budget = { ... }` in a rule."""

from __future__ import annotations

from pydantic import Field

from limner.settings.durations import Duration
from limner.settings.section import Section


class Budget(Section):
    """`budget = { ... }`: how many different faces a visitor may see in a while."""

    faces: int = Field(ge=1, le=100_000, description="Different faces for each visitor, at most.")
    per: Duration = Field(default="1h", description="In how long; it begins with the first face.")
