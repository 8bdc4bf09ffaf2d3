"""`limner signon probe`: what a host shows to somebody who does not log in."""

from __future__ import annotations

import click

from limner.cli import say
from limner.signon.errors import SignonError
from limner.signon.names import is_address, is_host
from limner.signon.probe import PORTS, Report, probe

_NAMES = {"domino": "Domino (NRPC)", "community": "community (VP)", "http": "HTTP", "https": "HTTPS"}
_port = click.IntRange(1, 65535)


@click.command("probe")
@click.argument("host")
@click.option("--ask-name", "ask", is_flag=True, help="Ask Domino for its own name. Domino logs it.")
@click.option("--nameserver", metavar="IP", help="The DNS server to ask, instead of this machine's.")
@click.option(
    "--timeout", type=click.FloatRange(0.1, 60), default=5.0, show_default=True, help="Seconds for each step."
)
@click.option("--domino-port", type=_port, default=PORTS["domino"], show_default=True, help="Domino's port.")
@click.option(
    "--community-port", type=_port, default=PORTS["community"], show_default=True, help="The community's port."
)
@click.option("--http-port", type=_port, default=PORTS["http"], show_default=True, help="The port for http.")
@click.option("--https-port", type=_port, default=PORTS["https"], show_default=True, help="The port for https.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    host: str,
    ask: bool,
    nameserver: str | None,
    timeout: float,
    domino_port: int,
    community_port: int,
    http_port: int,
    https_port: int,
    as_json: bool,
) -> None:
    """Show where HOST leads, which ports can be reached, and what speaks there. Nobody logs in.

    Each port gets a connection, and those of the community and of https a second one, for a handshake. Exit status 1:
    something is in the way of a log-in.
    """
    host = host.strip()
    if not (is_host(host) or is_address(host)):
        raise SignonError(f"{host[:80]!r} is no host", hint="write a host name or an IP address, without a port")
    if ask:
        say.warn("Domino is asked for its name by one message without a log-in; its log shows a session that failed")
    ports = {"domino": domino_port, "community": community_port, "http": http_port, "https": https_port}
    report = probe(host, ports=ports, ask=ask, nameserver=nameserver, seconds=timeout)
    if as_json:
        say.print_json(report.as_dict())
    else:
        _print(report)
    if report.problems:
        ctx.exit(1)


def _print(report: Report) -> None:
    if report.dns is not None:
        end = ", ".join(report.dns.addresses) or str(report.dns.problem)
        say.echo(f"DNS: {' -> '.join((*report.dns.chain, end))}")
        if set(report.system) - set(report.dns.addresses):
            say.echo(f"this machine goes to: {', '.join(report.system)}")
    rows = []
    for port in report.ports:
        where = f"{port.reached.address} {port.reached.port}"
        said = f"{port.reached.words}; {port.spoken}" if port.spoken else port.reached.words
        rows.append((f"  {where}", _NAMES[port.service], said))
    if rows:
        say.print_table(rows)
    if report.left_out:
        say.echo(f"  not looked at: {', '.join(report.left_out)}")
    for problem in report.problems:
        say.echo(f"  in the way: {problem}")
    for note in report.notes:
        say.echo(f"  note: {note}")
    if not report.problems:
        say.echo("nothing is in the way of a log-in, as far as it can be seen from here")
