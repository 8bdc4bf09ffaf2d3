"""`limner serve`: open the door."""

from __future__ import annotations

import os
from pathlib import Path

import click

from limner.cli import say
from limner.settings import DEFAULT_FILE


@click.command("serve", short_help="Show photos to those who may see them.")
@say.config
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Show photos to those who may see them, until Ctrl-C or SIGTERM; SIGHUP takes changed settings."""
    from limner.web import supervisor

    path = file or Path(os.environ.get("LIMNER_CONFIG") or DEFAULT_FILE)
    if not supervisor.serve(path, say.tell):
        ctx.exit(2)
