"""Commands that have verbs: for one that they do not have they suggest the nearest."""

from __future__ import annotations

import difflib
import pkgutil
from importlib import import_module
from typing import Any

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


class Folder(Noun):
    """A group whose commands are the files of a package: each has `command`, and is imported when it is called."""

    def __init__(self, *args: Any, package: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        path = import_module(self.package).__path__
        return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(path))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{self.package}.{cmd_name.replace('-', '_')}").command
        return command
