"""`limner cell log`: what WebSphere's logs tell of TLS that fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from limner.cell.log import Agent, Group, Report, read_logs
from limner.cell.log.report import AGENT_SETTING, AGENT_WORDS, Example
from limner.cli import say

SHOWN = 30  # pairs that are printed; JSON has all


@click.command("log")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@say.as_json
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Find refused handshakes, failed synchronizations and restless node agents in WebSphere's logs.

    FILE is a SystemOut.log, SystemErr.log or trace.log, a rolled one, or one packed with gzip; name older ones first.
    What belongs to the same two processes is put together, with the setting that is most likely behind it. Exit
    status 1: something was found.
    """
    with say.progress() as show:
        report = read_logs(files, show)
    if as_json:
        say.print_json(_as_dict(report))
    else:
        _print(report, len(files))
    if report.left_out:
        say.warn(f"{report.left_out} messages of yet more pairs are not shown")
    if not report.messages:
        say.warn("no message begins with a time in brackets: are these logs of WebSphere, in its basic format?")
    if not report.sound:
        ctx.exit(1)


def _as_dict(report: Report) -> dict[str, object]:
    return {
        "sound": report.sound,
        "messages": report.messages,
        "left_out": report.left_out,
        "groups": [
            {
                "pair": group.pair,
                "process": group.process,
                "peer": group.sign.peer or None,
                "inbound": group.sign.inbound,
                "kind": group.sign.kind.value,
                "code": group.sign.code or None,
                "cause": group.sign.cause.name,
                "strength": group.sign.cause.strength,
                "words": group.words,
                "setting": group.setting,
                "count": group.count,
                "first": group.first,
                "last": group.last,
                "lines": [asdict(each) for each in group.examples],
            }
            for group in report.groups
        ],
        "agents": [
            {
                "process": agent.process,
                "node": agent.node or None,
                "lost": agent.lost,
                "found": agent.found,
                "restless": agent.restless,
                "setting": AGENT_SETTING if agent.restless else None,
                "first": agent.first,
                "last": agent.last,
                "lines": [asdict(each) for each in agent.examples],
            }
            for agent in report.agents
        ],
    }


def _print(report: Report, files: int) -> None:
    of = f"{report.messages} messages in {files} file{'' if files == 1 else 's'}"
    if report.sound:
        say.echo(f"{of}: none tells of TLS that fails")
        return
    agents = f", node agents that come and go: {len(report.restless)}" if report.restless else ""
    say.echo(f"{of}; kinds of failure: {len(report.groups)}{agents}")
    number = 0
    for number, group in enumerate(report.groups[:SHOWN], 1):
        _print_group(number, group)
    for at, agent in enumerate(report.restless, number + 1):
        _print_agent(at, agent)
    if len(report.groups) > SHOWN:
        say.echo(f"... and {len(report.groups) - SHOWN} more: --json has all of them")


def _print_group(number: int, group: Group) -> None:
    say.echo("")
    say.echo(f"{number}  {group.pair}: {group.words}")
    code = f"{group.sign.code}, " if group.sign.code else ""
    rows = [("   seen", f"{code}{_times(group.count, group.first, group.last)}"), ("   likely", group.setting)]
    say.print_table([*rows, *_examples(group.examples)])


def _print_agent(number: int, agent: Agent) -> None:
    say.echo("")
    say.echo(f"{number}  {agent.node or 'a node'}: {AGENT_WORDS}")
    seen = f"lost {agent.lost} and found {agent.found} times, [{agent.first}] to [{agent.last}]"
    say.print_table([("   seen", seen), ("   likely", AGENT_SETTING), *_examples(agent.examples)])


def _examples(examples: Iterable[Example]) -> list[tuple[str, str]]:
    return [("   line", f"{each.file}:{each.line}: [{each.time}] {each.text}") for each in examples]


def _times(count: int, first: str, last: str) -> str:
    if count == 1:
        return f"once, [{first}]"
    return f"{count} times, [{first}] to [{last}]"
