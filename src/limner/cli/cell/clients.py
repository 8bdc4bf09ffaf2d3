"""`limner cell clients`: the table of outside clients, to be edited."""

from __future__ import annotations

import click

from limner.cell.reach import shipped


@click.command("clients")
def command() -> None:
    """Print the table of outside clients that `limner cell reach` knows, to be edited and given to its --clients.

    Each has the versions of TLS that it speaks, the roles that it needs, and where that is from.
    """
    click.echo(shipped(), nl=False)
