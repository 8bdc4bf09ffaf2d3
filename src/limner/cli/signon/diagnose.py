"""`limner signon diagnose`: everything in a folder put together, and what a log-in most likely failed of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from limner.cli import say
from limner.cli.signon.capture import ports
from limner.signon.diagnose import Diagnosis, diagnose, write_page
from limner.signon.diagnose.told import SHOWN, Named, clock
from limner.signon.evidence import Evidence

_path = click.Path(path_type=Path)
MOST = 5  # pieces of evidence that are printed for a cause, on each side; JSON and the page have all


@click.command("diagnose")
@click.argument("folder", type=_path)
@click.option("--name", "names", multiple=True, metavar="NAME", help="A name by which clients ask Domino, if known.")
@click.option("--community", "communities", multiple=True, metavar="HOST", help="The community's host name, if known.")
@click.option("--port", "given", multiple=True, metavar="PORT=KIND", help="What is spoken on a port, as for `capture`.")
@click.option(
    "--keys", "keys", type=_path, multiple=True, metavar="KEYSET", help="Prove tokens in FOLDER by this key set."
)
@click.option("--html", "html", type=_path, metavar="FILE", help="Write one page for a ticket, too.")
@click.option("--mask", is_flag=True, help="Replace names and addresses, each by the same word everywhere.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    names: tuple[str, ...],
    communities: tuple[str, ...],
    given: tuple[str, ...],
    keys: tuple[Path, ...],
    html: Path | None,
    mask: bool,
    as_json: bool,
) -> None:
    """Read all traces, captures and settings in FOLDER, and say what a log-in most likely failed of.

    Known are traces and logs, packet captures, notes.ini, Server and Web SSO documents (DXL or text), sametime.ini,
    managed-community-configs.xml, a hosts file, and tokens. Keys and passwords there are named and never opened. Exit
    status 1: a cause was found, or nothing shows that a log-in came to a good end.
    """
    with say.progress() as show:
        made = diagnose(
            folder, names=names, communities=communities, ports=ports(given), keys=keys, tell=show, mask=mask
        )
    if html is not None:
        write_page(made, html)
    if as_json:
        say.print_json(made.as_dict())
    else:
        for line in _lines(made):
            say.echo(line)
    if html is not None:
        say.tell(f"wrote {html}{'' if mask else '; --mask would hide the names and addresses in it'}")
    if made.wanting:
        ctx.exit(1)


def _lines(made: Diagnosis) -> Iterator[str]:
    yield made.headline
    likely = [named for named in made.causes if named.weighed.sure in SHOWN]
    for number, named in enumerate(likely, 1):
        yield ""
        yield f"{number}. {named.weighed.sure}: {named.weighed.cause.words}"
        yield from _cause(named)
    rest = [named.weighed.cause.words for named in made.causes if named.weighed.sure not in SHOWN]
    if rest:
        yield ""
        yield "looked at, and unlikely:"
        yield from (f"  {words}" for words in rest)
    if made.sound:
        yield ""
        yield "went well:"
        yield from (f"  {text} [{file}]" for file, text in made.sound[:MOST])
    if made.notes:
        yield ""
        yield from (f"note: {note}" for note in made.notes)
    yield ""
    yield "files:"
    for seen in made.files:
        about = f"cannot be read: {seen.problem}" if seen.problem else seen.about
        yield f"  {seen.name}: {seen.kind}{f', {about}' if about else ''}"


def _cause(named: Named) -> Iterator[str]:
    weighed = named.weighed
    for sign, found in (("+", weighed.speaks_for), ("-", weighed.speaks_against)):
        for each in found[:MOST]:
            yield f"   {sign} {each.text}"
            yield f"       {_where(each)}"
        if len(found) > MOST:
            yield f"     and {len(found) - MOST} more"
    if not weighed.speaks_against:
        yield "   - nothing speaks against it"
    for step in named.steps:
        yield f"   next: {step}"


def _where(each: Evidence) -> str:
    parts = (each.file, each.place, clock(each.time), each.strength.value)
    return ", ".join(part for part in parts if part) + (f"; {each.source}" if each.source else "")
