"""`limner signon communities simulate`: what a client has after it read the file and was started again."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from limner.cli import say
from limner.signon.communities import Client, Member, Outcome, Severity, check, read_config, simulate
from limner.signon.errors import SignonError
from limner.signon.names import is_address, is_host
from limner.signon.reading import read

MOST_BYTES = 1 << 20


class _Member(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    host: str = Field(min_length=1, max_length=253)
    user: str = Field(default="", max_length=500)
    has_password: bool = False
    settings: dict[str, str] = {}


class _Client(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    communities: list[_Member] = Field(min_length=1, max_length=1000)


@click.command("simulate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--client",
    "state",
    required=True,
    metavar="STATE",
    help="The client's communities: HOST or USER@HOST, the default one first, with commas; or a JSON file.",
)
@say.as_json
@click.pass_context
def command(ctx: click.Context, file: Path, state: str, as_json: bool) -> None:
    """Show what a client has after its next log-in and restart, if it reads FILE.

    The JSON that is printed has the client as `after`; saved, `after` is a STATE for the file that the new community
    serves. Exit status 1: the file has errors, so that clients may do something else.
    """
    client = _client(state)
    config = read_config(file)
    errors = [each for each in check(config) if each.severity is Severity.ERROR]
    outcome = simulate(config, client)
    if as_json:
        say.print_json(
            {
                "changed": outcome.changed,
                "restart": outcome.restart,
                "steps": [step.as_dict() for step in outcome.steps],
                "before": outcome.before.as_dict(),
                "after": outcome.after.as_dict(),
                "notes": list(outcome.notes),
                "errors": [each.as_dict() for each in errors],
            }
        )
    else:
        _print(outcome)
    for each in errors:
        say.warn(f"{file}{f': line {each.line}' if each.line else ''}: {each.message}")
    if errors:
        ctx.exit(1)


def _client(state: str) -> Client:
    if state.lower().endswith(".json"):
        return _stored(Path(state))
    members = []
    for part in state.split(","):
        user, _, host = part.strip().rpartition("@")
        if not (is_host(host) or is_address(host)):
            raise click.UsageError(f"{part.strip()[:80]!r} is no host; write HOST,USER@HOST or FILE.json")
        members.append(Member(host, user))
    return Client(tuple(members))


def _stored(file: Path) -> Client:
    try:
        stored = _Client.model_validate_json(read(file, MOST_BYTES))
    except ValidationError as why:
        first = why.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SignonError(
            f"{file}: {where + ': ' if where else ''}{first['msg']}",
            hint='it looks like {"communities": [{"host": "sametime.example.com", "user": "jroe"}]}',
        ) from None
    return Client(tuple(Member(each.host, each.user, each.has_password, each.settings) for each in stored.communities))


def _print(outcome: Outcome) -> None:
    for step in outcome.steps:
        say.echo(f"{'yes' if step.acted else 'no ':<3}  line {step.line}: {step.action}: {step.text}")
    if not outcome.steps:
        say.echo("no    the file has no action")
    say.echo("")
    say.echo("after the next log-in and restart:" if outcome.changed else "nothing changes:")
    rows = []
    for at, each in enumerate(outcome.after.communities):
        kind = "default" if at == 0 else "secondary"
        settings = ", ".join(f"{name}={value}" for name, value in sorted(each.settings.items()))
        rows.append((f"  {kind}", each.host, each.user or "(no user name)", settings))
    say.print_table(rows)
    say.echo(f"  restart: {'the client asks for it' if outcome.restart else 'not asked for'}")
    for note in outcome.notes:
        say.echo(f"  note: {note}")
