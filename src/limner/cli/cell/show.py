"""`limner cell show`: what counts for every process, and which setting decided."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from limner.cli import cell_places, say
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.cell.findings import Finding
    from limner.cell.model import SSLConfig
    from limner.cell.overview import Line, Overview
    from limner.cell.suites import Jdk

_COLUMNS = ("", "WHERE", "PORT", "SSL", "PROTOCOL", "CIPHERS", "CLIENT", "CERTIFICATE", "DECIDED BY")
_WHERE = 4  # places of a finding that are named


@click.command("show")
@cell_places.path
@cell_places.nodes
@click.option("--process", "only", metavar="NAME", default="", help="Only this one: its name, NODE/NAME, or a pattern.")
@cell_places.jdk
@say.as_json
@click.pass_context
def command(ctx: click.Context, place: Path, nodes: tuple[str, ...], only: str, jdk: str | None, as_json: bool) -> None:
    """Show a cell's TLS: for every process, inbound and outbound, what counts and which setting decided.

    PATH is the deployment manager's profile, its config folder, a zip made by backupConfig, or a tar. Nothing is
    changed, and nothing of WebSphere has to run. Exit status 1: something is wrong, or soon will be.
    """
    from limner.cell.findings import Severity, find
    from limner.cell.overview import Overview
    from limner.cell.reading import read_cell

    overview = Overview(read_cell(place, cell_places.read_nodes(nodes)), jdk=read_jdk(jdk), only=only)
    found = find(overview)
    if as_json:
        say.print_json({**overview.as_dict(), "findings": [each.as_dict() for each in found]})
    else:
        _print(overview, only=bool(only))
        print_findings(found)
    if any(each.severity is not Severity.NOTE for each in found):
        ctx.exit(1)


def read_jdk(text: str | None) -> Jdk | None:
    """Read `--jdk`. Raises click.UsageError."""
    from limner.cell.suites import Jdk

    try:
        return Jdk.parse(text) if text else None
    except ValueError as why:
        raise LimnerError(f"--jdk: {why}") from None


def _print(overview: Overview, *, only: bool) -> None:
    _print_nodes(overview)
    for (_, kind), lines in groupby(overview.lines, lambda line: (line.process.key, line.process.kind)):
        rows = list(lines)
        process = rows[0].process
        cluster = f", cluster {process.cluster}" if process.cluster else ""
        say.echo("")
        say.echo(f"{process.label}: {kind.value}{cluster}")
        say.print_table(
            map(_row, rows), ("", "WHERE", "PORT", "SSL", "PROTOCOL", "CIPHERS", "CLIENT", "CERTIFICATE", "DECIDED BY")
        )
    if not only:
        _print_configurations(overview)
    _print_certificates(overview.lines)
    _print_clients(overview)
    _print_protocols(overview)


def _print_nodes(overview: Overview) -> None:
    from limner.cell.overview import copy

    cell = overview.cell
    say.echo(
        f"cell {cell.name}: {_count(len(cell.nodes), 'node')}, {_count(len(cell.processes), 'process', 'processes')}"
    )
    say.echo("")
    rows = [
        (node.name, node.host, node.version or "not known", ", ".join(node.groups), _COPIES[copy(cell, node)])
        for node in cell.nodes
    ]
    say.print_table(rows, ("NODE", "HOST", "WEBSPHERE", "NODE GROUPS", "READ FROM"))


_COPIES = {"master": "PATH", "current": "its own profile", "stale": "its own profile, STALE"}
_SIGNS = {"inbound": "in", "outbound": "out"}


def _row(line: Line) -> tuple[str, ...]:
    config, endpoint = line.resolved.config, line.endpoint
    return (
        _SIGNS[line.resolved.direction.value],
        line.what,
        str(endpoint.port) if endpoint else "",
        config.alias if config else "none",
        config.protocol if config else "",
        _ciphers(config) if config else "",
        config.client_auth.value if config else "",
        _certificate(line),
        line.resolved.choice.words + (" (not certain)" if line.resolved.uncertain else ""),
    )


def _certificate(line: Line) -> str:
    if line.held:
        return line.held.entry.alias or "the only one"
    alias = line.resolved.certificate_alias
    if line.opened and line.opened.store:
        return f"{alias} IS MISSING" if alias else "by chance"
    return alias or "not known"


def _print_configurations(overview: Overview) -> None:
    rows = [
        (
            each.alias,
            each.scope.words,
            each.protocol,
            _ciphers(each),
            each.client_auth.value,
            each.key_store.name if each.key_store else "none",
            each.trust_store.name if each.trust_store else "none",
            f"{used} times" if used else "not above",
        )
        for each, used in overview.configurations()
    ]
    say.echo("")
    say.print_table(rows, ("SSL", "OF", "PROTOCOL", "CIPHERS", "CLIENT", "KEY STORE", "TRUST STORE", "USED"))


def _ciphers(config: SSLConfig) -> str:
    return _count(len(config.ciphers), "suite") if config.ciphers else config.level


def _print_certificates(lines: Iterable[Line]) -> None:
    from limner.cell.keystores import certificate as certificates

    rows: dict[tuple[str, ...], None] = {}
    for line in lines:
        if line.held and line.opened:
            shown, chain = line.held.certificate, line.held.chain
            above = [certificates.short(each) for each in chain.certificates[1:]]
            above += [f"{certificates.text(chain.missing)} IS MISSING"] if chain.missing else []
            days = _count(certificates.days_left(shown, certificates.now()), "day")
            rows[
                line.held.entry.alias or "",
                line.opened.path,
                ", ".join(certificates.hosts(shown)[:3]) or certificates.short(shown),
                " < ".join(above) or "itself",
                f"{shown.not_valid_after_utc:%Y-%m-%d} ({days})",
            ] = None
    if rows:
        say.echo("")
        say.print_table(rows, ("CERTIFICATE", "STORE", "FOR", "ISSUED BY", "UNTIL"))


def _print_clients(overview: Overview) -> None:
    rows = [
        (node.name, block.alias, block.protocol, block.level, block.key_store, block.trust_store)
        for node in overview.cell.nodes
        if node.client
        for block in node.client.blocks
    ]
    if rows:
        say.echo("")
        say.echo("command-line clients (ssl.client.props)")
        say.print_table(rows, ("NODE", "ALIAS", "PROTOCOL", "CIPHERS", "KEY STORE", "TRUST STORE"))


def _print_protocols(overview: Overview) -> None:
    from limner.cell.overview import enables

    named = {name: enables(name, overview.jdk) for name in overview.protocols()}
    rows = [(name, *values.values()) for name, values in named.items() if values]
    if rows:
        say.echo("")
        say.echo("what the protocols enable, by the level of IBM's SDK (`?`: the documents leave it open)")
        levels = next(values for values in named.values() if values)
        say.print_table(rows, ("PROTOCOL", *(level.removesuffix(", service not known") for level in levels)))


def print_findings(found: list[Finding]) -> None:
    """Print findings, each in two lines."""
    say.echo("")
    if not found:
        say.echo("nothing looks wrong")
    for each in found:
        more = f" and {len(each.where) - _WHERE} more" if len(each.where) > _WHERE else ""
        say.echo(f"{each.severity.value:<8} {each.text}")
        say.echo(f"         {', '.join(each.where[:_WHERE])}{more}")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
