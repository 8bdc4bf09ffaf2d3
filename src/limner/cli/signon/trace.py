"""`limner signon trace`: the attempts in traces and logs, and what they mean."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from limner.cli import say
from limner.signon.trace import Attempt, Result, Said, Trace, read_trace

SHOWN = 40  # attempts and messages of a file that are printed; JSON has all


@click.command("trace")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@say.as_json
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Show the attempts to reach a server that traces and logs tell of, and what each means.

    FILE is a trace of the Notes client, a Domino console or log, or a client's error-log or trace-log. Exit status 1:
    an attempt failed, a message names a cause, or there is neither.
    """
    with say.progress() as show:
        traces = [read_trace(file, lambda done, of, name=str(file): show(name, done, of)) for file in files]  # type: ignore[misc]
    if as_json:
        say.print_json({"sound": all(trace.sound for trace in traces), "files": [_as_dict(each) for each in traces]})
    else:
        for at, trace in enumerate(traces):
            if at:
                say.echo("")
            _print(trace)
    for trace in traces:
        if trace.left_out:
            say.warn(f"{trace.file}: {trace.left_out} more attempts and messages were left out")
    if not as_json:
        _advise(traces)
    if not all(trace.sound for trace in traces):
        ctx.exit(1)


def _advise(traces: list[Trace]) -> None:
    """Say what to do next about a refused name."""
    refused = [each for trace in traces for each in trace.attempts if each.result is Result.WRONG_SERVER]
    if refused:
        name = next((each.name for each in refused if each.name), "NAME")
        server = refused[0].server or "the server"
        say.tell(
            f"hint: `limner signon server-name {name} --server-doc FILE`, with the Server document of {server}, "
            "compares the ways out"
        )


def _as_dict(trace: Trace) -> dict[str, object]:
    return {
        "file": trace.file,
        "kind": trace.kind,
        "records": trace.records,
        "left_out": trace.left_out,
        "attempts": [attempt.as_dict() for attempt in trace.attempts],
        "messages": [said.as_dict() for said in trace.said],
        "evidence": [each.as_dict() for each in trace.evidence()],
    }


def _print(trace: Trace) -> None:
    say.echo(f"{trace.file}: {_count(len(trace.attempts), 'attempt')}, {_count(len(trace.said), 'message')}")
    for number, attempt in enumerate(trace.attempts[:SHOWN], 1):
        _print_attempt(number, attempt)
    for said in trace.said[:SHOWN]:
        _print_said(said)
    hidden = max(0, len(trace.attempts) - SHOWN) + max(0, len(trace.said) - SHOWN)
    if hidden:
        say.echo(f"  ... and {hidden} more: --json has all of them")
    if not trace.attempts and not trace.said:
        say.echo(f"  none of its {_count(trace.records, 'record')} tells of an attempt or of a cause")
        say.echo("  (texts of English clients and servers are known; is it the right file?)")


def _print_attempt(number: int, attempt: Attempt) -> None:
    first, last = attempt.lines
    where = f"line {first}" if first == last else f"lines {first}-{last}"
    say.echo(f"{number}  {attempt.result.value}{_when(attempt.begun)}  ({where})")
    rows = [
        ("   asked for", attempt.name or "(the trace has lost the name)"),
        ("   address", f"{attempt.address or '(none)'}{', remembered' if attempt.remembered else ''}"),
        ("   answered", attempt.server or "nobody"),
        ("   means", attempt.explanation),
    ]
    if attempt.reason:
        rows.insert(3, ("   said", attempt.reason))
    say.print_table(rows)


def _print_said(said: Said) -> None:
    message = said.found.message
    code = f"  {message.code}" if message.code else ""
    say.echo(f"!  {message.cause.value}{code}{_when(said.time)}  (line {said.line})")
    say.print_table([("   said", said.text), ("   means", f"{message.words} ({message.strength.value})")])


def _when(time: float | None) -> str:
    return "" if time is None else datetime.fromtimestamp(time, UTC).strftime("  %Y-%m-%d %H:%M:%S")


def _count(count: int, of: str) -> str:
    return f"{count} {of}{'' if count == 1 else 's'}"
