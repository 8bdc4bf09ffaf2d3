"""`limner signon communities`: the file that moves Sametime clients, `managed-community-configs.xml`."""

from __future__ import annotations

import click

from limner.cli.noun import Folder


@click.group("communities", cls=Folder, package=__name__)
def command() -> None:
    """Make, check and try out the file that moves clients to another community."""
