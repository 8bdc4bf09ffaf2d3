"""`limner policy export`: another web server's configuration that decides as the policy does."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from limner import settings
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
def command(
    target: str,
    root: str | None,
    limner: str | None,
    server_name: str | None,
    listen: tuple[str, ...],
    by_rewrite: bool,
    placeholder: str | None,
    leave_out: tuple[str, ...],
    direct: bool,
    output: Path | None,
    file: Path | None,
) -> None:
    """Write the configuration of another web server, complete, that lets in whom the policy lets in and nobody else.

    TARGET is apache22 (also IBM HTTP Server 7 and 8), apache24 (and 9), nginx, haproxy or caddy.

    Networks and cookies the server decides by itself. About rules that only limner can judge (tokens, sessions, passes,
    budgets) nginx and Caddy ask it, at its door /auth. What a server can neither judge nor ask is refused, with the
    names of the rules; --leave-out leaves a rule out: whom no other rule lets in is then refused.
    """
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
    text = export(target, settings.load(file), site, by_rewrite=by_rewrite, leave_out=leave_out, direct=direct)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)
        say.tell(f"wrote {output}")


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


def _write(file: Path, text: str) -> None:
    """Write a file whole, or not at all; whoever could read the old one can read the new one.

    Behind a link it is the file that is written, not the link; what is no file, such as a device, stays as it is.
    """
    try:
        file = file.resolve()
        if file.exists() and not file.is_file():
            raise ValueError("it is not a file")
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with open(handle, "w", encoding="utf-8") as out:  # noqa: PTH123 - a descriptor
                os.fchmod(handle, file.stat().st_mode & 0o777 if file.exists() else 0o644)
                out.write(text)
                out.flush()
                os.fsync(handle)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, ValueError, RuntimeError) as why:  # RuntimeError: links in a circle
        raise LimnerError(f"cannot write {file}: {why.strerror if isinstance(why, OSError) else why}") from None
