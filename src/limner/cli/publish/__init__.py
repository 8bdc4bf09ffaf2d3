"""`limner publish`: what the library holds, brought to other servers.

Each file beside this one is a verb of the same name, with `-` for `_`, and its `command` is what runs.
"""

from __future__ import annotations

import click

from limner.cli.noun import Folder


@click.group("publish", cls=Folder, package=__name__)
def command() -> None:
    """Bring photos, and the addresses where they are, to other servers."""
