"""`limner publish sametime`: what to paste into Sametime, and into all other tools that can ask for photos."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from limner import settings
from limner.cli import say
from limner.errors import LimnerError
from limner.publish.paste import TOOLS, Site, Snippet, Tool, tools_of
from limner.publish.paste.user_info import check_file
from limner.settings.reading import DEFAULT_FILE


@click.command("sametime", short_help="What to paste into Sametime and other tools.")
@click.option("--tool", "tools", multiple=True, metavar="NAME", help="Only this tool; may be repeated.")
@click.option("--list", "listed", is_flag=True, help="List the tools.")
@click.option("--site", metavar="ADDRESS", help="Where tools find limner; else `passes.site` of the settings.")
@click.option(
    "--attribute", default="photoURL", show_default=True, help="The LDAP attribute with each person's photo address."
)
@click.option(
    "--check",
    "checked",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say what this UserInfoConfig.xml lacks.",
)
@say.config
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    tools: tuple[str, ...],
    listed: bool,
    site: str | None,
    attribute: str,
    checked: Path | None,
    file: Path | None,
    as_json: bool,
) -> None:
    """Print what an administrator pastes into Sametime, Verse, GitLab and others, filled in with this site's names.

    Each comes with where it goes, what to restart, and what is known of it and what is not. Nothing is changed
    anywhere. With --check FILE: exit status 1 if photos need something that the file lacks.
    """
    if checked:
        if tools or listed or site:
            raise click.UsageError("--check goes with --attribute only")
        _check(ctx, checked, Site("https://photos.example.com", attribute).attribute, as_json=as_json)
    elif listed:
        _list(as_json=as_json)
    else:
        known = _settings(file)
        here = Site(_address(site, known), attribute)
        _print([(tool, tool.fill(here)) for tool in tools_of(tools)], known, as_json=as_json)


def _check(ctx: click.Context, file: Path, attribute: str, *, as_json: bool) -> None:
    found = check_file(file, attribute)
    sound = all(each.note for each in found)
    if as_json:
        say.print_json({"file": str(file), "sound": sound, "findings": [each.as_dict() for each in found]})
    else:
        for each in found:
            where = f"{file}:{each.line}" if each.line else str(file)
            say.echo(f"{'note' if each.note else 'wanting'}: {where}: {each.message}")
            say.echo(f"  fix: {each.fix}")
        if sound:
            say.echo(f"{file}: nothing is wanting")
    if not sound:
        ctx.exit(1)


def _list(*, as_json: bool) -> None:
    if as_json:
        say.print_json([{"name": tool.name, "title": tool.title} for tool in TOOLS])
    else:
        say.print_table([(tool.name, tool.title) for tool in TOOLS], ("TOOL", ""))


def _settings(file: Path | None) -> settings.Settings | None:
    """Give the settings, None where there are none: the address of the site may be all that is told."""
    if file is None and "LIMNER_CONFIG" not in os.environ and not Path(DEFAULT_FILE).exists():
        return None
    return settings.load(file)


def _address(site: str | None, known: settings.Settings | None) -> str:
    address = site or (known.passes.site if known else None)
    if address is None:
        raise LimnerError(
            "where do tools find limner?", hint="give --site https://photos.example.com, or set `site` in [passes]"
        )
    return address


def _print(filled: list[tuple[Tool, list[Snippet]]], known: settings.Settings | None, *, as_json: bool) -> None:
    if as_json:
        rows: list[dict[str, Any]] = [
            {"tool": tool.name, "title": tool.title, "snippets": [each.as_dict() for each in snippets]}
            for tool, snippets in filled
        ]
        say.print_json(rows)
    else:
        for at, (tool, snippets) in enumerate(filled):
            if at:
                say.echo("")
            say.echo(f"== {tool.title} ({tool.name})")
            for each in snippets:
                _print_one(each)
    for form in sorted({each.form for _, snippets in filled for each in snippets}):
        if known is not None and not getattr(known.forms, form).enabled:
            say.warn(f"the address form {form!r} is switched off in [forms.{form}]: tools that ask by it get nothing")


def _print_one(snippet: Snippet) -> None:
    say.echo("")
    say.echo(f"-- {snippet.tool}")
    say.echo(f"where:    {snippet.where}")
    for line in snippet.text.splitlines():
        say.echo(f"    {line}")
    say.echo(f"restart:  {snippet.restart or 'not known to us'}")
    say.echo(f"how sure: {snippet.strength.value} ({snippet.source})")
    for note in snippet.notes:
        say.echo(f"note:     {note}")
    for each in snippet.unknown:
        say.echo(f"not known: {each}")
