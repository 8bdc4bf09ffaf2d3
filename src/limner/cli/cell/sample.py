"""`limner cell sample`: a cell to try everything on."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import say


@click.command("sample")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a sample cell into a new folder: a Sametime cell before, during and after a change.

    It holds a profile for each node at each of three moments: as installed, with a wildcard certificate, and with
    TLS 1.2 at one proxy. Its certificates are made afresh; the password of all stores is WebAS.
    """
    from limner.cell.sample import write_sample

    write_sample(folder)
    for place in sorted(folder.iterdir()):
        say.echo(str(place))
