"""`limner signon`: clients that move to a new community server, and why single sign-on fails.

Each file beside this one is a verb of the same name, with `-` for `_`, and its `command` is what runs.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

import click

from limner.cli.noun import Noun


class Signon(Noun):
    """The noun, whose verbs are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name.replace('-', '_')}").command
        return command


@click.group("signon", cls=Signon)
def command() -> None:
    """Move clients to a new community server; find out why single sign-on fails."""
