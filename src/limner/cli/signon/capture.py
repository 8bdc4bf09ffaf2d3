"""`limner signon capture`: who asked whom for what in a packet capture, and what a log-in failed of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from limner.cli import say
from limner.signon.capture.attempts import Attempt
from limner.signon.capture.flow import Flow
from limner.signon.capture.protocols import PORTS, READERS
from limner.signon.capture.report import Report, events, look, moment
from limner.signon.capture.verdict import span, thing
from limner.signon.evidence import Cause
from limner.signon.mask import Mask


@click.command("capture")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--port",
    "given",
    multiple=True,
    metavar="PORT=KIND",
    help=f"What is spoken on a port ({', '.join(READERS)}); may be repeated. "
    f"Known are {', '.join(f'{port}={kind}' for port, kind in PORTS.items())}.",
)
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="A server name that the client asks for, if known."
)
@click.option("--all", "every", is_flag=True, help="Show all conversations, not only those of log-ins that failed.")
@click.option("--mask", is_flag=True, help="Replace names and addresses, each by the same word everywhere.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    given: tuple[str, ...],
    names: tuple[str, ...],
    every: bool,
    mask: bool,
    as_json: bool,
) -> None:
    """Read FILE, a capture of tcpdump or Wireshark, and say of each log-in attempt what it came to, and why.

    "-" is standard input, as in `ssh HOST tcpdump -w - ... | limner signon capture -`.

    Every verdict names the packets it rests on and how sure it is; who ended each conversation is told with time and
    with what was said before. No secret is shown. Exit status 1: a log-in failed, and the capture tells of what.
    """
    with say.progress() as show:
        report = look(file, ports(given), names, lambda packets: show("packets", packets, None))
    masked = Mask()
    if mask:
        masked = Mask.of(report_names(report))
        report.reading.file = f"capture{file.suffix}"
    if as_json:
        say.print_json(masked.inside(report.as_dict()))
    else:
        for line in _lines(report, every=every):
            say.echo(masked(line))
    if mask:
        say.tell("names and addresses are masked here; in the capture itself they are not")
    if report.failed:
        ctx.exit(1)


def ports(given: Iterable[str]) -> dict[int, str]:
    """Read `PORT=KIND`. Raises UsageError."""
    found = {}
    for text in given:
        number, _, kind = text.partition("=")
        if not number.isdecimal() or not 0 < int(number) < 65536 or kind not in READERS:
            raise click.UsageError(f"{text[:80]!r} is not a port and one of {', '.join(READERS)}; write 1533=vp")
        found[int(number)] = kind
    return found


def report_names(report: Report) -> list[str]:
    """Give all names and addresses that a report holds."""
    found = [attempt.client for attempt in report.attempts]
    found += [failed.name for failed in report.reading.names.failed]
    for attempt in report.attempts:
        for verdict in (attempt.verdict, *attempt.observed):
            found += verdict.names
    for flow in report.reading.flows:
        found += [flow.client.host, flow.server.host]
        for event in flow.talk.events:
            found += event.names
    return found


def _lines(report: Report, *, every: bool) -> Iterable[str]:
    reading = report.reading
    about = reading.about
    when = f", {moment(reading.begin)} to {moment(reading.end)}" if reading.packets else ""
    yield f"{reading.file}: {about.format}, {thing(reading.packets, 'packet')}{when}"
    for note in about.notes:
        yield f"  note: {note}"
    shown = {flow.number for attempt in report.attempts for flow in attempt.flows}
    rest = [flow for flow in reading.flows if flow.number not in shown]
    if not report.attempts:
        yield "no log-in attempt: there is no conversation with a Domino or Sametime server in it"
        if not reading.flows:
            known = ", ".join(map(str, sorted(PORTS)))
            yield f"  looked for on ports {known}; name others with --port, as in --port 8533=vp"
    for attempt in report.attempts:
        yield ""
        yield from _attempt(attempt, whole=every or not attempt.verdict.sound)
    if rest and every:
        yield ""
        yield "other conversations"
        for flow in rest:
            yield from _conversation(flow)
    elif rest:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(f.protocol for f in rest).items()))
        yield ""
        yield f"other conversations: {kinds}; --all shows them"
    for failed in reading.names.failed:
        yield f"DNS, packet {failed.stamp.number}: {failed.name}: {failed.failure}"


def _attempt(attempt: Attempt, *, whole: bool) -> Iterable[str]:
    verdict = attempt.verdict
    sure = f", {verdict.sure.word}" if verdict.cause else ""
    yield f"attempt {attempt.number} of {attempt.client}, {moment(attempt.begin)}: {verdict.kind}{sure}"
    yield f"  {verdict.text}"
    yield f"  rests on {verdict.place}"
    if not whole:
        return
    if verdict.doubt:
        yield f"  but {verdict.doubt}"
    if verdict.advice:
        yield f"  next: {verdict.advice}"
    for other in attempt.observed:
        if other.supports or other.cause not in (Cause.NETWORK, Cause.SERVER_DOWN):  # that it was reached is seen below
            word = "also" if other.supports else "against"
            yield f"  {word} {other.cause}, {other.sure.word}: {other.text} ({other.place})"
    if attempt.followed_by:
        yield f"  the client's next attempt is number {attempt.followed_by}"
    for flow in attempt.flows:
        yield from _conversation(flow)


def _conversation(flow: Flow) -> Iterable[str]:
    begun = "" if flow.whole else ", its begin was not captured"
    sent = f"{flow.from_client.bytes} bytes out, {flow.from_server.bytes} back"
    yield f"  conversation {flow.number}, {flow.protocol}: {flow.client} to {flow.server}, {sent}{begun}"
    told = [(event.stamp, "client" if event.by_client else "server", event.text) for event in events(flow)]
    if flow.whole:
        told.append((flow.began, "client", "asks for a connection"))
        told += [(stamp, "client", "asks again") for stamp in flow.syns[1:]]
        told += [(stamp, "server", "refuses it (RST)") for stamp in flow.refused]
    if flow.unreachable:
        report = flow.unreachable
        told.append((type(flow.began)(report.number, report.when), "router", report.reason))
    if flow.close:
        how = "breaks it off (RST)" if flow.close.reset else "ends it (FIN)"
        quiet = f", {span(flow.close.idle)} after the last word" if flow.from_client.packets else ""
        told.append((flow.close.stamp, "client" if flow.close.by_client else "server", f"{how}{quiet}"))
    for stamp, who, text in sorted(told):
        yield f"    packet {stamp.number:<6} +{span(stamp.when - flow.began.when):<8} {who}  {text}"
    if flow.talk.left_out:
        yield f"    and {thing(flow.talk.left_out, 'event')} more"
    if flow.missing:
        yield f"    {flow.missing} bytes are missing from the capture"
