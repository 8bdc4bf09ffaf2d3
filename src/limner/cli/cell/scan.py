"""`limner cell scan`: what living endpoints speak."""

from __future__ import annotations

from pathlib import Path

import click
from cryptography import x509

from limner.cell.keystores import certificate as facts
from limner.cell.keystores import read
from limner.cell.keystores.hosts import is_host
from limner.cell.scan import LEVELS, RATE, SECONDS, Pace, ScanError, Seen, Target, addresses, judge, parse, survey
from limner.cell.scan.compare import Configured, compare
from limner.cell.scan.suites import Version
from limner.cell.scan.verdict import Verdict, as_dict, with_findings
from limner.cli import cell_places, say
from limner.cli.cell.show import read_jdk
from limner.cli.cert_password import asker, password_file

_SPOKEN = 12  # suites of a version that are listed; --json has all


@click.command("scan")
@click.argument("endpoints", nargs=-1, metavar="HOST:PORT...")
@click.option(
    "--cell",
    "place",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A cell (profile, config folder, zip, tar) to compare with; without HOST:PORT all its endpoints are scanned.",
)
@cell_places.nodes
@cell_places.jdk
@click.option("--name", metavar="HOST", help="The name to ask for and to be covered; else each endpoint's host.")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="intermediate",
    show_default=True,
    help="Mozilla's level that is wanted of each.",
)
@click.option(
    "--signers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What clients trust: a store or PEM file; else it is only said what they need.",
)
@password_file
@click.option(
    "--rate",
    type=click.FloatRange(0.1, 1000),
    default=RATE,
    show_default=True,
    help="Connections in a second, at most.",
)
@click.option(
    "--timeout", type=click.FloatRange(0.1, 60), default=SECONDS, show_default=True, help="Seconds for each answer."
)
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    endpoints: tuple[str, ...],
    place: Path | None,
    nodes: tuple[str, ...],
    jdk: str | None,
    name: str | None,
    level: str,
    signers: Path | None,
    password_file: Path | None,
    rate: float,
    timeout: float,
    as_json: bool,
) -> None:
    """Ask each endpoint for every version from SSL 3.0 to TLS 1.3, every suite, and its certificates.

    Nobody logs in and no handshake is finished; an endpoint's log may show some dozens of handshakes that ended. Exit
    status 1: something is found wanting, such as a level below --level, a name that is not covered, or something that
    is not as the cell has it; 2: an endpoint could not be scanned.
    """
    known = _configured(place, nodes, jdk)
    if not endpoints and place is None:
        raise click.UsageError("name endpoints as HOST:PORT, or a cell with --cell")
    if name is not None and not is_host(name):
        raise click.UsageError(f"--name: {name[:80]!r} is no host")
    targets = tuple(dict.fromkeys(map(parse, endpoints))) or tuple(known)
    trusted = read(signers, asker(signers, password_file)).certificates if signers else None
    pace, now = Pace(rate), facts.now()
    verdicts = []
    with say.progress() as show:
        for at, target in enumerate(targets):
            show("endpoints", at, len(targets))
            verdict = judge(_seen(target, name, pace, timeout), level, trusted, now)
            verdicts.append(with_findings(verdict, [f for one in known.get(target, ()) for f in compare(one, verdict)]))
    if as_json:
        say.print_json([as_dict(verdict, now) for verdict in verdicts])
    else:
        for at, verdict in enumerate(verdicts):
            _print(verdict, first=at == 0)
    if any(verdict.seen.problem and verdict.seen.target not in known for verdict in verdicts):
        ctx.exit(2)
    if any(verdict.wanting for verdict in verdicts):
        ctx.exit(1)


def _configured(place: Path | None, nodes: tuple[str, ...], jdk: str | None) -> dict[Target, list[Configured]]:
    """Read what a cell has at each endpoint: mostly one thing, but its files may have two."""
    if place is None:
        if nodes or jdk:
            raise click.UsageError("--node and --jdk are for --cell")
        return {}
    from limner.cell.overview import Overview
    from limner.cell.reading import read_cell
    from limner.cell.scan.configured import configured

    overview = Overview(read_cell(place, cell_places.read_nodes(nodes)), jdk=read_jdk(jdk))
    found: dict[Target, list[Configured]] = {}
    for each in configured(overview):
        found.setdefault(each.target, []).append(each)
    if not found:
        raise ScanError(f"the cell in {place} has no endpoint of which it is known that it speaks TLS")
    return found


def _seen(target: Target, name: str | None, pace: Pace, seconds: float) -> Seen:
    """Scan; a name that leads nowhere is that endpoint's result and not the end of all."""
    try:
        found = addresses(target)
    except ScanError as why:
        return Seen(target, name or target.host, problem=why.message)
    return survey(target, found, name, pace=pace, seconds=seconds)


def _print(verdict: Verdict, *, first: bool) -> None:
    seen = verdict.seen
    if not first:
        say.echo("")
    say.echo(f"{seen.target}{f' ({seen.address})' if seen.address not in ('', seen.target.host) else ''}")
    if seen.problem or verdict.grade is None:
        say.echo(f"  could not be scanned: {seen.problem}")
        _print_findings(verdict)
        return
    rows = [row for version in sorted(Version, reverse=True) for row in _spoken(seen, version)]
    rows += [("  certificate", _certificate(verdict.sent))]
    rows += [("  chain", " <- ".join(map(facts.short, verdict.sent[1:])))] if len(verdict.sent) > 1 else []
    rows += [("  client", "it asks for a certificate" if seen.wants_client else "it asks for no certificate")]
    rows += [("  level", verdict.grade.level)]
    say.print_table(rows)
    _print_findings(verdict)


def _print_findings(verdict: Verdict) -> None:
    for finding in verdict.findings:
        say.echo(f"  {'wanting' if finding.wanting else 'note'}: {finding.text}")


def _spoken(seen: Seen, version: Version) -> list[tuple[str, str]]:
    """Give a version's rows: a suite on each, or why there are none."""
    suites = seen.spoken.get(version)
    if suites is None:
        return [(f"  {version.label}", f"no: {seen.refused.get(version, 'not asked for')}")]
    more = [f"and {len(suites) - _SPOKEN} more"] if len(suites) > _SPOKEN else []
    lines = [*suites[:_SPOKEN], *more]
    return [(f"  {version.label}" if at == 0 else "", line) for at, line in enumerate(lines)]


def _certificate(sent: tuple[x509.Certificate, ...]) -> str:
    if not sent:
        return "none"
    own = sent[0]
    kind, bits = facts.key(own)
    size = f" {bits}" if kind == "RSA" else ""
    return f"{facts.short(own)}, until {own.not_valid_after_utc:%Y-%m-%d}, {kind}{size}, {facts.signature_name(own)}"
