"""`limner policy`: is the policy sound, what does it say of a visit, and how do other web servers say the same?

Each file beside this one is a verb of the same name, with `-` for `_`, and its `command` is what runs.
"""

from __future__ import annotations

import click

from limner.cli.noun import Folder


@click.group("policy", cls=Folder, package=__name__)
def command() -> None:
    """Who may see whom."""
