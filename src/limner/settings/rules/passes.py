"""`pass = { ... }` in a rule."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from limner.settings.section import Section
from limner.settings.values import File

REGISTER = Path("passes.secrets")


class PassRule(Section):
    """`pass = { ... }`: the visitor shows a meeting pass."""

    secrets: File = Field(
        default=REGISTER,
        description="The register of passes: keys, passes and clients. `limner pass issue` makes it; only its owner "
        "may read it.",
    )
