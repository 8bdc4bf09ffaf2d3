"""`limner signon communities new`: a file for a move, and what belongs to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from limner.cli import say
from limner.signon.communities import Severity
from limner.signon.communities.around import folder, know_before, policy, preferences
from limner.signon.communities.compose import KINDS, Move, compose, findings
from limner.signon.communities.vocabulary import CONNECTION_TYPES, DOMINO, NAME
from limner.signon.communities.write import write

_NEEDS = {
    "update": ("old", "new"),
    "reset": ("new",),
    "add": ("new",),
    "delete": ("old",),
    "consolidate": ("old", "new"),
}
_KINDS = {
    "update": "the same directory, a new host",
    "reset": "another directory: a new default community",
    "add": "a second community for everybody",
    "delete": "a second community that goes",
    "consolidate": "the same directory, several hosts become one",
}
_QUESTIONS = {
    "old": "Host that clients have now (several: with commas)",
    "new": "Host that clients shall go to",
}


@click.command("new")
@click.argument("kind", type=click.Choice(KINDS), required=False, metavar="[KIND]")
@click.argument("file", type=click.Path(path_type=Path), default=Path(NAME))
@click.option("--from", "old", multiple=True, metavar="HOST", help="The host that clients have now; may be repeated.")
@click.option("--to", "new", metavar="HOST", help="The host that clients shall go to, or the one to add.")
@click.option("--domino-sso", is_flag=True, help="Log in with the Notes ID: loginByToken and ST-DOMINO-SSO.")
@click.option("--auth-server", metavar="URL", help="Where tokens come from, if not from the community's host.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port, if not 1533.")
@click.option("--connection-type", type=click.Choice(CONNECTION_TYPES), help="How clients connect.")
@click.option("--proxy-host", metavar="HOST", help="The proxy, or the address of the reverse proxy.")
@click.option("--proxy-port", type=click.IntRange(1, 65535), help="The proxy's port.")
@click.option("--restart/--no-restart", default=None, help="Ask for a restart after an update, or do not.")
@click.option("--same-user-name", is_flag=True, help="An added community gets the default one's user name.")
@click.option("--create-new-config", is_flag=True, help="A reset empties user name and password.")
@click.option("--update-site", metavar="URL", help="The folder that the file will be served from.")
@click.option("--force", is_flag=True, help="Write over FILE.")
@click.option("--dry-run", is_flag=True, help="Show the file, and write nothing.")
@say.as_json
def command(
    kind: str | None,
    file: Path,
    old: tuple[str, ...],
    new: str | None,
    domino_sso: bool,
    auth_server: str | None,
    port: int | None,
    connection_type: str | None,
    proxy_host: str | None,
    proxy_port: int | None,
    restart: bool | None,
    same_user_name: bool,
    create_new_config: bool,
    update_site: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write a managed-community-configs.xml for a move, and show the policy and preferences that go with it.

    KIND is what happens: `update` moves a host of the same directory, `consolidate` several of them into one; `reset`
    makes a community with another directory the default one; `add` and `delete` are for secondary communities. What
    is not said is asked, where somebody can answer. FILE is managed-community-configs.xml if not given.
    """
    kind, old, new, domino_sso = _ask(kind, old, new, domino_sso)
    site = folder(update_site) if update_site else None
    settings = {
        "loginByToken": "true" if domino_sso else None,
        "authType": DOMINO if domino_sso else None,
        "authServerUrl": auth_server,
        "port": str(port) if port else None,
        "connectionType": connection_type,
        "proxyHost": proxy_host,
        "proxyPort": str(proxy_port) if proxy_port else None,
        "useGlobalConnSettings": "true" if connection_type not in (None, "direct") else None,
    }
    given = {name: value for name, value in settings.items() if value is not None}
    move = Move(kind, old, new, given, restart, same_user_name, create_new_config)
    raw = compose(move)
    if not dry_run:
        write(raw, file, force=force)
    doubts = [each.message for each in findings(raw) if each.severity is Severity.WARNING]
    if as_json:
        say.print_json(_as_dict(move, raw, file, site, doubts, written=not dry_run))
    else:
        _print(move, raw, file, site, dry_run=dry_run)
    for doubt in doubts:
        say.warn(doubt)
    if not dry_run:
        say.tell(f"wrote {file}")
        if file.name != NAME:
            say.warn(f"clients ask for {NAME}, and for no other name: rename it where it is served")


def _ask(
    kind: str | None, old: tuple[str, ...], new: str | None, domino_sso: bool
) -> tuple[str, tuple[str, ...], str | None, bool]:
    """Ask for what is missing, if there is somebody to answer."""
    if not sys.stdin.isatty():
        if kind is None:
            raise click.UsageError(f"which kind of move? There are: {', '.join(KINDS)}")
        return kind, old, new, domino_sso
    asked = kind is None
    if kind is None:
        for name, words in _KINDS.items():
            click.echo(f"  {name:<12} {words}", err=True)
        kind = str(click.prompt("Kind of move", type=click.Choice(KINDS), err=True))
    if "old" in _NEEDS[kind] and not old:
        asked = True
        old = tuple(part.strip() for part in str(click.prompt(_QUESTIONS["old"], err=True)).split(",") if part.strip())
    if "new" in _NEEDS[kind] and not new:
        asked = True
        new = str(click.prompt(_QUESTIONS["new"], err=True)).strip()
    if asked and kind != "delete" and not domino_sso:
        domino_sso = click.confirm("Log in with the Notes ID (Domino single sign-on)?", err=True)
    return kind, old, new, domino_sso


def _as_dict(
    move: Move, raw: bytes, file: Path, site: str | None, doubts: list[str], *, written: bool
) -> dict[str, Any]:
    return {
        "file": str(file) if written else None,
        "xml": raw.decode("utf-8"),
        "policy": policy(site or "http://HOST/FOLDER"),
        "preferences": preferences(move),
        "know_before": list(know_before(move)),
        "warnings": doubts,
    }


def _print(move: Move, raw: bytes, file: Path, site: str | None, *, dry_run: bool) -> None:
    if dry_run:
        for line in raw.decode("utf-8").splitlines():
            say.echo(line)
        say.echo("")
    say.echo("policy, the attributes im.2012 (update site URL) and im.2019 (must be the default community):")
    for line in policy(site or "http://HOST/FOLDER"):
        say.echo(f"  {line}")
    if lines := preferences(move):
        say.echo("plugin_customization.ini, for people who start a client for the first time:")
        for line in lines:
            say.echo(f"  {line}")
    say.echo("know before you serve it:")
    for sentence in know_before(move):
        say.echo(f"  - {sentence}")
