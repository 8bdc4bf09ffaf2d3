"""`limner publish`: photos, or their addresses, from the library to where others look for them.

Each file beside this one is a verb of the same name, with `-` for `_`, and its `command` is what runs.
"""

from __future__ import annotations

import click

from limner.cli.noun import Folder


@click.group("publish", cls=Folder, package=__name__)
def command() -> None:
    """Bring photos, or their addresses, to where others look for them."""
