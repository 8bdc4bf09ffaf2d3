"""The face: `limner <noun> <verb>`, one file per noun, each a thin layer over a room below.

Results go to standard output, everything else to standard error. Exit status: 0 done and sound, 1 done and something
was found wanting, 2 could not be done.
"""

from __future__ import annotations

import os
import sys

import click

from limner import __version__
from limner.cli.say import complain
from limner.errors import LimnerError


class Limner(click.Group):
    """The command, whose parts are imported when they are called: `limner --help` should not wait for a web server."""

    PARTS = ("init", "sync", "serve", "photo", "people", "library", "policy", "demo")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.PARTS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"limner.cli.{cmd_name}").command
        return command


@click.group(cls=Limner, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="limner %(version)s")
def limner() -> None:
    """One library of a workplace's portraits, shown to exactly those who may see them."""


def main() -> None:
    """Run the command; errors are two lines, never a traceback."""
    try:
        status = limner.main(standalone_mode=False)
    except LimnerError as why:
        complain(why.message, why.hint)
        status = 2
    except click.ClickException as why:
        context = getattr(why, "ctx", None)
        complain(why.format_message(), f"`{context.command_path} --help` tells more" if context else None)
        status = 2
    except (KeyboardInterrupt, click.Abort):
        complain("stopped")
        status = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our output has seen enough
        status = 0
    sys.exit(status if isinstance(status, int) else 0)
