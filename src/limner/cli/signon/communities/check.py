"""`limner signon communities check`: is the file sound, and does it do what is meant?"""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import say
from limner.signon.communities import Config, Finding, Severity, check, parse_config, read_config
from limner.signon.notes_ini import read_notes_ini
from limner.signon.server_document import read_server_document

_path = click.Path(path_type=Path)


@click.command("check")
@click.argument("place", metavar="FILE|URL")
@click.option(
    "--server-doc", type=_path, metavar="FILE", help="The Server document of the Domino server that makes tokens."
)
@click.option("--server", metavar="NAME", help="Which server, if the Server documents are several.")
@click.option("--notes-ini", type=_path, metavar="FILE", help="The notes.ini of that server.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context, place: str, server_doc: Path | None, server: str | None, notes_ini: Path | None, as_json: bool
) -> None:
    """Check a managed-community-configs.xml against all that HCL's page says, and where it contradicts itself.

    A URL is that of the file, or of the folder that the policy names; it is fetched as clients do it. With
    --server-doc, Domino's check of names is foreseen too. Exit status 1: there is an error or a warning.
    """
    document = read_server_document(server_doc, server) if server_doc else None
    if document is None and (server or notes_ini):
        raise click.UsageError("--server and --notes-ini go with --server-doc")
    config, found = _get(place)
    found += check(config, document, read_notes_ini(notes_ini) if notes_ini else None)
    sound = all(each.severity is Severity.NOTE for each in found)
    if as_json:
        rows = [each.as_dict() for each in found]
        say.print_json({"file": config.file, "sound": sound, "findings": rows})
    else:
        print_findings(found)
        notes = len(found) - sum(each.severity is not Severity.NOTE for each in found)
        if sound:
            say.echo(f"{config.file}: nothing is wrong with it; {notes} {'note' if notes == 1 else 'notes'}")
    if not sound:
        ctx.exit(1)


def _get(place: str) -> tuple[Config, list[Finding]]:
    from limner.signon.communities import fetch

    if not fetch.is_url(place):
        return read_config(Path(place)), []
    raw, found = fetch.fetch(place)
    if any(each.severity is Severity.ERROR for each in found):
        return Config(place), found  # nothing was to be had
    return parse_config(raw, fetch.address(place)), found


def print_findings(found: list[Finding]) -> None:
    """Print findings, each in three lines."""
    for each in found:
        where = f"line {each.line}" if each.line else "the whole file"
        say.echo(f"{each.severity.value:<8} {where}  ({each.strength.value}: {each.source})")
        say.echo(f"  {each.message}")
        say.echo(f"  fix: {each.fix}")
