"""`limner policy explain`: what does the policy say of a visit?"""

from __future__ import annotations

import concurrent.futures
import contextlib
import ipaddress
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from limner import people, settings
from limner.cli import say
from limner.errors import LibraryError
from limner.library import open_library
from limner.policy import NOBODY, Known, Policy, Tally, Visit
from limner.web.known import KnownPeople

DIRECTORY_SECONDS = 20.0  # that a directory may take to say who somebody is


@click.command("explain")
@click.argument("face", metavar="[FACE]", default="")
@click.option("--from", "peer", required=True, metavar="IP", help='Where the visit comes from; "unix" for the socket.')
@click.option("--cookie", "cookies", multiple=True, metavar="A=b", help="A cookie that it sends; may be repeated.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="F",
    help='File with an LTPA token ("-": standard input), sent as the cookie that the rules look for.',
)
@click.option("--header", "headers", multiple=True, metavar="K:v", help="A header that it sends; may be repeated.")
@say.config
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    face: str,
    peer: str,
    cookies: tuple[str, ...],
    token_file: Path | None,
    headers: tuple[str, ...],
    file: Path | None,
    as_json: bool,
) -> None:
    """Say whether a visit may see a face, and what every rule says of it. Exit status 1: it may not.

    FACE is a mail address, user name, distinguished name, key or hash. Nobody is asked over the network, but for the
    directory that a rule's `lookup` names. The library is not needed; where there is one, it says which names are one
    person's, and what is left of budgets. Tokens and cookies are never shown; keep them out of the command line, which
    shells remember, with --token-file.
    """
    logging.getLogger("limner").addHandler(logging.NullHandler())  # the reasons say what a look-up would log
    loaded = settings.load(file)
    sent = [_header(text) for text in headers]
    pieces = [os.fsencode(cookie) for cookie in cookies]
    if token_file is not None:
        pieces += _token_cookies(token_file, loaded.policy)
    if pieces:
        sent.append((b"cookie", b"; ".join(pieces)))
    visit = Visit(None if peer == "unix" else _address(peer), sent, _face(face) if face else None)
    with _known(loaded) as (known, tally):
        made = Policy(loaded.policy, known, loaded, tally)
        if (coming := made.coming(visit)) is not None:
            concurrent.futures.wait([coming], DIRECTORY_SECONDS)
        explained = made.explain(visit).as_dict()
    if as_json:
        say.print_json(explained)
    else:
        _print(explained, loaded.policy)
    if explained["verdict"] != "allow":
        ctx.exit(1)


@contextlib.contextmanager
def _known(loaded: settings.Settings) -> Iterator[tuple[Known, Tally | None]]:
    """Give the library's people and the counts of faces, as far as there are any."""
    try:
        library = open_library(loaded.place, readonly=True)
    except LibraryError:
        yield NOBODY, None
        return
    counts = loaded.local / "budgets"
    try:
        yield KnownPeople(library), Tally(counts) if counts.exists() else None
    finally:
        library.close()


def _print(explained: dict[str, Any], policy: settings.Policy) -> None:
    rule = explained["rule"]
    say.echo(f"{explained['verdict']}{f', by {rule!r}' if rule else ''}  ({explained['who']})")
    for each in explained["rules"]:
        say.echo(f"  {'yes' if each['holds'] else 'no '}  {each['name']}")
        for condition in each["conditions"]:
            say.echo(f"         {condition['kind']}: {condition['reason']}")
    if explained["verdict"] != "allow":
        otherwise = policy.otherwise
        what = f"a redirect to {otherwise.redirect}" if isinstance(otherwise, settings.Redirect) else otherwise
        say.echo(f"  the visitor gets: {what}")


def _token_cookies(file: Path, policy: settings.Policy) -> list[bytes]:
    """Give the token in a file as the cookies that the `ltpa` rules look at first."""
    try:
        with click.open_file(str(file), "rb") as stream:
            token = b"".join(stream.read(65_536).split())
    except OSError as why:
        raise click.UsageError(f"cannot read {file}: {why.strerror}") from None
    names = dict.fromkeys(rule.ltpa.cookies[0] for rule in policy.allow if rule.ltpa is not None)
    if not names:
        raise click.UsageError("no rule asks for an LTPA token: --token-file is of no use here")
    if not token or b";" in token or b"," in token:
        raise click.UsageError(f"{file} holds no token")
    return [name.encode("ascii") + b"=" + token for name in names]


def _face(text: str) -> bytes:
    keys = people.by_any(text)
    if not keys:
        raise click.UsageError(f"{text[:80]!r} is not a name that a face can be asked for by")
    return keys[0]


def _header(text: str) -> tuple[bytes, bytes]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.UsageError(f"{text[:80]!r} is not a header; write --header 'Name: value'")
    return os.fsencode(name.strip().lower()), os.fsencode(value.strip())


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise click.UsageError(f"{text[:80]!r} is not an IP address") from None
