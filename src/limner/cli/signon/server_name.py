"""`limner signon server-name`: will a Notes client that asks for a name be accepted by a Domino server?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from limner.cli import say
from limner.signon.acceptance import Answer, Verdict, judge
from limner.signon.hosts import Hosts, read_hosts
from limner.signon.names import is_address, is_host
from limner.signon.notes_ini import NotesIni, read_notes_ini
from limner.signon.server_document import ServerDocument, read_server_document
from limner.signon.ways_out import Way, ways_out

_path = click.Path(path_type=Path)


@dataclass
class _Way:
    """How a client gets from the name to an address, as far as it could be looked at."""

    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dns: dict[str, Any] | None = None
    hosts: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # the addresses that a client would use


@click.command("server-name")
@click.argument("name")
@click.option("--server-doc", type=_path, required=True, metavar="FILE", help="The Server document: DXL, or its text.")
@click.option("--server", metavar="NAME", help="Which server, if FILE has several.")
@click.option("--notes-ini", type=_path, metavar="FILE", help="The Domino server's notes.ini.")
@click.option("--hosts", "hosts_file", type=_path, metavar="FILE", help="The client's hosts file.")
@click.option("--resolve", is_flag=True, help="Ask DNS where NAME leads.")
@click.option("--nameserver", metavar="IP", help="The DNS server to ask, instead of this machine's.")
@click.option("--used-address", metavar="IP", help="The address that the client used, from its trace.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    name: str,
    server_doc: Path,
    server: str | None,
    notes_ini: Path | None,
    hosts_file: Path | None,
    resolve: bool,
    nameserver: str | None,
    used_address: str | None,
    as_json: bool,
) -> None:
    """Say whether a Notes client that asks for NAME is accepted by a Domino server, and what can be done if not.

    NAME is what the client asks for: a host name, an alias, a server's common or hierarchical name. Exit status 1: it
    is refused, or nobody knows.
    """
    name = name.strip()
    if not name:
        raise click.UsageError("there is no NAME")
    if used_address is not None and not is_address(used_address):
        raise click.UsageError(f"{used_address[:80]!r} is no IP address")
    document = read_server_document(server_doc, server)
    ini = read_notes_ini(notes_ini) if notes_ini else None
    hosts = read_hosts(hosts_file) if hosts_file else None
    answer = judge(name, document, ini)
    way = _way(name, hosts, nameserver, resolve or nameserver is not None, used_address)
    if ini and ini.listens and way.known and ini.listens not in way.known:
        way.notes.append(f"{ini.file}: the server listens at {ini.listens} only, and {name} leads elsewhere")
    out = ways_out(name, document, ini) if answer.verdict is not Verdict.ACCEPTED else []
    notes = [*_notes(answer, document, ini), *way.notes]
    if as_json:
        say.print_json(_as_dict(answer, way, out, notes))
    else:
        _print(answer, way, out, notes)
    if answer.verdict is not Verdict.ACCEPTED:
        ctx.exit(1)


def _notes(answer: Answer, document: ServerDocument, ini: NotesIni | None) -> list[str]:
    notes = [f"{ini.file}: {doubt}" for doubt in ini.doubts] if ini else []
    if ini and (said := ini.value("ServerName")) and judge(said, document).verdict != Verdict.ACCEPTED:
        notes.append(f"{ini.file} is of the server {said}, the document of {document.short}: are both of one server?")
    if answer.unless:
        notes.append(f"unless {answer.unless}")
    if not document.whole and answer.verdict is Verdict.REFUSED:
        notes.append("the document was read from text; if the server has other names, they were not in it")
    return notes


def _way(name: str, hosts: Hosts | None, nameserver: str | None, ask: bool, used: str | None) -> _Way:
    from limner.signon.resolve import differing, resolve

    way = _Way()
    if hosts is not None:
        for line in hosts.of(name):
            way.hosts.append({"address": line.address, "line": line.line})
            way.lines.append(f"{hosts.file}: line {line.line}: {line.address}")
        if not way.lines:
            way.lines.append(f"{hosts.file}: does not have it")
    known = way.known = [each["address"] for each in way.hosts]
    if ask and is_host(name):
        found = resolve(name, nameserver)
        way.dns = found.as_dict()
        way.lines.append("DNS: " + " -> ".join((*found.chain, ", ".join(found.addresses) or str(found.problem))))
        if known and found.addresses and not set(known) & set(found.addresses):
            way.notes.append(f"the hosts file leads {name} elsewhere than DNS does")
        if len(found.chain) > 1:
            way.notes.append(
                f"{name} is an alias of {found.chain[-1]}; Domino sees the name that the client asks for, not that one"
            )
        known = way.known = known or list(found.addresses)
    elif ask:
        way.notes.append(f"{name} is no host name: DNS was not asked")
    if used is not None and differing(used, known):
        way.notes.append(
            f"the client used {used}, which {name} does not lead to now: it may have remembered the address "
            "(Location document, $SavedAddresses); Dont_Use_Remembered_Addresses=1 in its notes.ini clears it"
        )
    elif used is not None and known:
        way.notes.append(f"the client used {used}, which is where {name} leads")
    elif used is not None:
        way.notes.append("give --resolve or --hosts to compare the address that the client used")
    return way


def _as_dict(answer: Answer, way: _Way, out: list[Way], notes: list[str]) -> dict[str, Any]:
    return {
        "name": answer.name,
        "server": answer.server.name,
        "verdict": answer.verdict.value,
        "decided_by": answer.decided.as_dict(),
        "checks": [check.as_dict() for check in answer.checks],
        "hosts": way.hosts,
        "dns": way.dns,
        "notes": notes,
        "ways_out": [each.as_dict() for each in out],
    }


def _print(answer: Answer, way: _Way, out: list[Way], notes: list[str]) -> None:
    say.echo(f"{answer.verdict.value}: {answer.name} by {answer.server.short}")
    say.echo(f"  by {answer.decided.rule}: {answer.decided.text} ({answer.decided.strength.value})")
    say.echo("")
    marks = {True: "yes", False: "no", None: "?"}
    say.print_table([(f"  {marks[check.holds]}", check.rule, check.text) for check in answer.checks])
    for line in way.lines:
        say.echo(f"  way  {line}")
    for note in notes:
        say.echo(f"  note {note}")
    for number, each in enumerate(out, 1):
        say.echo("")
        say.echo(f"way out {number}: {each.title} ({each.strength.value})")
        for step in each.steps:
            say.echo(f"  do      {step}")
        say.echo(f"  safety  {each.safety}")
        say.echo(f"  cost    {each.cost}")
