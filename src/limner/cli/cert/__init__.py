"""`limner cert`: files of certificates and keys.

Each file beside this one is a verb of the same name, with `-` for `_`, and its `command` is what runs.
"""

from __future__ import annotations

import click

from limner.cli.noun import Folder


@click.group("cert", cls=Folder, package=__name__)
def command() -> None:
    """Look into files of certificates and keys, and take them apart for those who need the parts."""
