"""`limner policy export`: another web server's configuration that decides as the policy does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from limner import settings, whole
from limner.cli import say
from limner.errors import LimnerError
from limner.gateway.export import TARGETS, Listen, Site, export
from limner.settings import values

_HOST = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?")
_PATH = re.compile(r"/[\w.+@,=~/ -]*")
_LISTEN = TypeAdapter[str](values.Listen)
_ORIGIN = TypeAdapter[str](values.Origin)


@click.command("export", short_help="Write another web server's configuration that decides the same.")
@click.argument("target", metavar="TARGET")
@click.option("--root", metavar="DIR", help="The folder with the photos, on the web server; it gives out these files.")
@click.option(
    "--limner",
    metavar="URL",
    help="Where limner answers, such as http://127.0.0.1:8080: it gives out the photos if there is no --root, and is "
    "asked about visitors whom only it can judge.",
)
@click.option("--server-name", metavar="NAME", help="The host name that visitors use.")
@click.option(
    "--listen",
    multiple=True,
    metavar="[HOST:]PORT",
    help="Where it listens; may be repeated. Else port 80.",
)
@click.option("--rewrite", "by_rewrite", is_flag=True, help="apache22: by RewriteCond and regular expressions alone.")
@click.option("--placeholder", metavar="FILE", help='For `otherwise = "placeholder"`: the picture, on the web server.')
@click.option("--leave-out", multiple=True, metavar="RULE", help="Leave a rule out, by its name; may be repeated.")
@click.option("--direct", is_flag=True, help="Visitors reach it without the policy's trusted proxies in between.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, whole or not.")
@say.config
def command(output: Path | None, file: Path | None, **options: Any) -> None:
    """Write the configuration of another web server, complete, that lets in whom the policy lets in and nobody else.

    TARGET is apache22 (also IBM HTTP Server 7 and 8), apache24 (and 9), nginx, haproxy or caddy.

    Networks and cookies the server decides by itself. About rules that only limner can judge (tokens, sessions, passes,
    budgets) nginx and Caddy ask it, at its door /auth. What a server can neither judge nor ask is refused, with the
    names of the rules; --leave-out leaves a rule out: whom no other rule lets in is then refused.
    """
    text = _written(settings.load(file), **options)
    if output is None:
        click.echo(text, nl=False)
    else:
        whole.write(output, text, 0o644)
        say.tell(f"wrote {output}")


def written_again(loaded: settings.Settings, target: str, options: list[str]) -> str:
    """Write what the command writes with options as they stand in the head of an exported configuration.

    Raises LimnerError, also where these are not options that stand there.
    """
    params = [param for param in command.params if param.name not in ("output", "file")]
    strict = click.Command("export", params=params, add_help_option=False)
    try:
        return _written(loaded, **strict.make_context("export", [target, *options]).params)
    except click.UsageError as why:
        raise LimnerError(f"the options in its head cannot be taken: {why.format_message()}") from None


def _written(
    loaded: settings.Settings,
    target: str,
    root: str | None,
    limner: str | None,
    server_name: str | None,
    listen: tuple[str, ...],
    by_rewrite: bool,
    placeholder: str | None,
    leave_out: tuple[str, ...],
    direct: bool,
) -> str:
    if target not in TARGETS:
        raise click.UsageError(f"there is no target {target[:80]!r}; there are: {', '.join(TARGETS)}")
    if by_rewrite and target != "apache22":
        raise click.UsageError("--rewrite is for apache22")
    if server_name is not None and not _HOST.fullmatch(server_name):
        raise click.UsageError(f"{server_name[:80]!r} is not a host name")
    site = Site(
        name=server_name,
        listen=tuple(_listen(text) for text in listen),
        root=_path(root, "--root"),
        limner=_origin(limner),
        placeholder=_path(placeholder, "--placeholder"),
    )
    return export(target, loaded, site, by_rewrite=by_rewrite, leave_out=leave_out, direct=direct)


def _listen(text: str) -> Listen:
    try:
        host, _, port = _LISTEN.validate_python(text if ":" in text else f"x:{text}").rpartition(":")
    except ValidationError:
        host, port = "", "0"
    if not host or int(port) == 0 or host.startswith("unix"):
        raise click.UsageError(f"{text[:80]!r} is nowhere to listen; write 8080, 192.0.2.1:8080 or [::1]:8080")
    return Listen(host if ":" in text else "*", int(port))


def _origin(text: str | None) -> str | None:
    try:
        return None if text is None else _ORIGIN.validate_python(text)
    except ValidationError:
        raise click.UsageError(f"{text!r:.90} is not like http://127.0.0.1:8080, without a path") from None


def _path(text: str | None, option: str) -> str | None:
    """Take a path that every server reads alike."""
    if text is not None and not (_PATH.fullmatch(text) and ".." not in text.split("/")):
        raise click.UsageError(f"{option} {text[:80]!r}: write a path from / on, of letters, digits, blanks, .+@,=~_-")
    return text
