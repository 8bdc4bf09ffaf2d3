"""`session = { ... }` of a rule: the visitor has signed in here (`[sign_in]`)."""

from __future__ import annotations

from pydantic import Field

from limner.settings.section import Section


class Session(Section):
    """`session`: the visitor has signed in here."""

    in_library: bool = Field(
        default=False, description="Whether the visitor must be somebody whom the library knows by that name."
    )
    remembered: int = Field(
        default=20_000,
        ge=0,
        le=10_000_000,
        description="Sessions that each worker remembers as verified until they end; some 400 bytes for each.",
    )
