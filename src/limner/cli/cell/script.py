"""`limner cell script`: a plan as scripts for wsadmin and a checklist."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import say


@click.command("script")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR", help="A new folder.")
@say.as_json
def command(plan: Path, folder: Path, as_json: bool) -> None:
    """Write the scripts of a plan into a new folder: apply.py, verify.py and rollback.py for wsadmin, and checklist.md.

    PLAN is what `limner cell plan -o` writes. Besides there are the certificates of signers, changed ssl.client.props
    files, and security.xml as it was, to be put back by hand if the deployment manager lets nobody in. No script has a
    password in it; the last two files hold encoded ones, as they always do, so only their owner can read the folder.
    """
    from limner.cell.plan import read_plan
    from limner.cell.script import write_scripts

    write_scripts(read_plan(plan), folder)
    files = sorted(str(file) for file in folder.rglob("*") if file.is_file())
    if as_json:
        say.print_json({"files": files})
    for file in () if as_json else files:
        say.echo(file)
    say.tell(f"{folder / 'checklist.md'} says what to do, in order")
