"""`limner cell`: TLS across a WebSphere cell, read from its files.

Each file beside this one is a verb of the same name, with `-` for `_`, and its `command` is what runs.
"""

from __future__ import annotations

import click

from limner.cli.noun import Folder


@click.group("cell", cls=Folder, package=__name__)
def command() -> None:
    """Certificates and protocols across a WebSphere cell, read from its files."""
