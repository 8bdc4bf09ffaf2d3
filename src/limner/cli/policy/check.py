"""`limner policy check`: is the policy sound?"""

from __future__ import annotations

from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.policy import Finding, check


@click.command("check")
@say.config
@say.as_json
@click.pass_context
def command(ctx: click.Context, file: Path | None, as_json: bool) -> None:
    """Find what is doubtful in the policy. Exit status 1: something is."""
    loaded = settings.load(file)
    findings = check(loaded.policy, loaded)
    if as_json:
        fields = ("severity", "rule", "message", "fix")
        rows = [{name: getattr(finding, name) for name in fields} for finding in findings]
        say.print_json({"sound": not findings, "findings": rows})
    else:
        for finding in findings:
            _print_finding(finding)
        if not findings:
            say.echo("nothing doubtful was found")
    if findings:
        ctx.exit(1)


def _print_finding(finding: Finding) -> None:
    say.echo(f"{finding.severity:<9} {finding.rule or '(the policy as a whole)'}")
    say.echo(f"  message {finding.message}")
    say.echo(f"  fix     {finding.fix}")
