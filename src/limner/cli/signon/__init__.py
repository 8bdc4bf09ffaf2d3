"""`limner signon`: clients that move to a new community server, and why single sign-on fails.

Each file beside this one is a verb of the same name, with `-` for `_`, and its `command` is what runs.
"""

from __future__ import annotations

import click

from limner.cli.noun import Folder


@click.group("signon", cls=Folder, package=__name__)
def command() -> None:
    """Move clients to a new community server; find out why single sign-on fails."""
