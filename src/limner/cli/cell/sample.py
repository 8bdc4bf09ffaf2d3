"""`limner cell sample`: a cell to try everything on."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import say


@click.command("sample")
@click.argument("folder", type=click.Path(path_type=Path))
@say.as_json
def command(folder: Path, as_json: bool) -> None:
    """Write a sample cell into a new folder: a Sametime cell before, during and after a change.

    It holds a profile for each node at each of three moments: as installed, with a wildcard certificate, and with
    TLS 1.2 at one proxy. Its certificates are made afresh; the password of all stores is WebAS.
    """
    from limner.cell.sample import write_sample

    write_sample(folder)
    places = [str(place) for place in sorted(folder.iterdir())]
    if as_json:
        say.print_json({"places": places})
    for place in () if as_json else places:
        say.echo(place)
