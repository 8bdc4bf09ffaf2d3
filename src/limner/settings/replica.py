"""`[replica]`: the copy of a shared library from which this machine serves."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from limner.settings.durations import Duration, seconds
from limner.settings.section import Section
from limner.settings.values import File


class Replica(Section):
    """`[replica]`: the copy of a shared library from which this machine serves."""

    folder: File = Field(default=Path("replica"), description="The folder that holds it; limner fills it by itself.")
    late_after: Duration = Field(
        default="1m", description="Without news from the database for so long, the door says that it is cut off."
    )
    vouch_for: Duration = Field(
        default="24h",
        description="Without news for so long, it shows placeholders instead of faces: somebody may have left "
        "meanwhile, or been hidden.",
    )
    passes_for: Duration = Field(
        default="1h",
        description="Without news for so long, meeting passes open nothing: one may have been taken back meanwhile.",
    )
    budgets: Literal["local", "closed"] = Field(
        default="local",
        description='Without news for longer than `late_after`: `"local"` goes on counting faces against budgets, each '
        'door by itself, so that a visitor may see a budget\'s faces at each of them; `"closed"` shows visitors on a '
        "budget no face that is not counted already.",
    )
    parallel: int = Field(default=8, ge=1, le=64, description="Pictures that are fetched from the store at once.")

    @model_validator(mode="after")
    def _says_so_first(self) -> Replica:
        if seconds(self.late_after) > seconds(self.vouch_for):
            raise ValueError("`late_after` must not be longer than `vouch_for`")
        return self
