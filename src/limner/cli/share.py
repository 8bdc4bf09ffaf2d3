"""A share on the command line."""

from __future__ import annotations

import click


class Share(click.ParamType[float]):
    """A share as `12%` or `0.12`."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value)
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f"{text!r} is not a share; write 25% or 0.25", param, ctx)
        return share
