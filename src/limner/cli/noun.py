"""A command that has verbs: for one that it does not have it suggests the nearest."""

from __future__ import annotations

import difflib

import click


class Noun(click.Group):
    """A group of commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name.startswith("-") or self.get_command(ctx, name) is not None:
            return super().resolve_command(ctx, args)
        verbs = self.list_commands(ctx)
        close = difflib.get_close_matches(name, verbs, n=1)
        more = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(verbs)}"
        raise click.UsageError(f"there is no command {name!r}; {more}", ctx)
