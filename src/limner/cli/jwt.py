"""`limner jwt`: JSON Web Tokens, and what they are worth."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from limner.cli import moments, say
from limner.cli.moments import iso
from limner.cli.noun import Noun
from limner.jwt import (
    ALGORITHMS,
    MOST_BYTES,
    Examination,
    Keys,
    RefusedError,
    examine,
    read_keys,
    read_secret,
    unproved,
)
from limner.jwt.keys import read_file

SHARED = tuple(name for name in ALGORITHMS if name.startswith("HS"))
PUBLIC = tuple(name for name in ALGORITHMS if name not in SHARED)
TIMES = ("iat", "nbf", "exp")

_AROUND = re.compile(rb"(?:Authorization:)?Bearer(?=[A-Za-z0-9_-]{8})|(?:Cookie:)?[A-Za-z][A-Za-z0-9_.-]{0,99}=")
_path = click.Path(path_type=Path)
_token = click.argument("token", metavar="[TOKEN|-]", default="-")


@click.group("jwt", cls=Noun)
def command() -> None:
    """JSON Web Tokens: whose they are, and whether keys prove it."""


@command.command("verify")
@_token
@click.option(
    "--keys", "files", type=_path, multiple=True, help="Key set (JWKS) or public keys in PEM; may be repeated."
)
@click.option("--secret", "secrets", type=_path, multiple=True, help="File with a secret of HS256; may be repeated.")
@click.option("--issuer", "issuers", multiple=True, metavar="I", help="An issuer to take; may be repeated.")
@click.option("--audience", "audiences", multiple=True, metavar="A", help="An audience to take; may be repeated.")
@click.option(
    "--algorithm",
    "algorithms",
    type=click.Choice(ALGORITHMS),
    multiple=True,
    metavar="ALG",
    help="An algorithm to take, such as RS256; may be repeated. Else all that fit the keys.",
)
@click.option("--person", metavar="CLAIM", help="The claim that has to name somebody, such as email; else sub may.")
@click.option(
    "--leeway", type=click.FloatRange(0, 600), default=0, metavar="SECONDS", help="By how much clocks differ."
)
@moments.option
@say.as_json
@click.pass_context
def verify(
    ctx: click.Context,
    token: str,
    files: tuple[Path, ...],
    secrets: tuple[Path, ...],
    issuers: tuple[str, ...],
    audiences: tuple[str, ...],
    algorithms: tuple[str, ...],
    person: str | None,
    leeway: float,
    moment: str | None,
    as_json: bool,
) -> None:
    """Say whose a token is and whether it is valid, with the reason. Exit status 1: it is not.

    Give "-", or no token, to have it read from standard input: shells keep what is typed. Without --issuer every issuer
    is taken, without --audience every audience.
    """
    now = moments.read(moment)
    keys = _keys(files, secrets, algorithms)
    examined = examine(
        _read_token(token),
        keys,
        now,
        algorithms=algorithms or ALGORITHMS,
        issuers=issuers,
        audiences=audiences,
        leeway=leeway,
        person=person,
    )
    if as_json:
        say.print_json(_as_dict(examined))
    else:
        _print(examined)
    if examined.valid:
        for given, option, what in ((issuers, "--issuer", "of any issuer"), (audiences, "--audience", "for anybody")):
            if not given:
                say.warn(f"no {option} was given: a token {what} is taken")
    else:
        ctx.exit(1)


@command.command("inspect")
@_token
@say.as_json
@click.pass_context
def inspect(ctx: click.Context, token: str, as_json: bool) -> None:
    """Show what stands in a token; none of it is to be trusted. Exit status 1: it is not a token.

    Anyone who sees a JSON Web Token can read it. Its signature is not shown.
    """
    given = _read_token(token)
    found: dict[str, Any] = {"header": None, "claims": None, "bytes": len(given), "reason": None}
    try:
        found["header"], found["claims"] = unproved(given)
    except RefusedError as why:
        found["reason"] = str(why)
    claims = found["claims"] or {}
    times = {name: shown for name in TIMES if (shown := _time(claims.get(name)))}
    if as_json:
        say.print_json(found | {"times": times, "trusted": False})
    else:
        _print_found(found, times)
    if found["reason"]:
        ctx.exit(1)


def _keys(files: tuple[Path, ...], secrets: tuple[Path, ...], algorithms: tuple[str, ...]) -> list[Keys]:
    if not files and not secrets:
        raise click.UsageError("give --keys or --secret: what is to prove the token")
    wanted = algorithms or ALGORITHMS
    public = [name for name in wanted if name in PUBLIC]
    shared = [name for name in wanted if name in SHARED]
    if files and not public:
        raise click.UsageError(f"{wanted[0]} is proved by a --secret, not by --keys")
    if secrets and not shared:
        raise click.UsageError(f"{wanted[0]} is proved by --keys, not by a --secret")
    found = [read_keys(read_file(file), public, str(file)) for file in files]
    for file in secrets:
        found.append(read_secret(read_file(file), shared, str(file)))
        if file.stat().st_mode & 0o077:
            say.warn(f"others than its owner can read {file}, and make tokens: chmod 600")
    return found


def _read_token(given: str) -> bytes:
    """Give the token as sent; one that is too long is cut where it is too long already."""
    raw = os.fsencode(given) if given != "-" else sys.stdin.buffer.read(4 * MOST_BYTES)
    raw = b"".join(raw.split()).rstrip(b";")  # as it comes out of a mail, or of a browser's tools
    around = _AROUND.match(raw)
    return (raw[around.end() :] if around else raw)[: MOST_BYTES + 1]


def _time(value: object) -> str | None:
    return iso(value) if type(value) in (int, float) else None  # type: ignore[arg-type]


def _as_dict(examined: Examination) -> dict[str, Any]:
    header, claims = examined.header or {}, examined.claims or {}
    return {
        "valid": examined.valid,
        "algorithm": header.get("alg"),
        "key": header.get("kid"),
        "user": examined.user,
        "issuer": claims.get("iss"),
        "audience": claims.get("aud"),
        "expires": _time(claims.get("exp")),
        "reason": examined.reason,
    }


def _print(examined: Examination) -> None:
    fields = _as_dict(examined)
    say.echo("valid" if fields.pop("valid") else f"not valid: {fields['reason']}")
    del fields["reason"]
    rows = [(f"  {name}", _shown(value)) for name, value in fields.items() if value is not None]
    if rows:
        say.print_table(rows)


def _print_found(found: dict[str, Any], times: dict[str, str]) -> None:
    rows = [(name, str(found[name])) for name in ("bytes", "reason") if found[name] is not None]
    for part in ("header", "claims"):
        for name, value in (found[part] or {}).items():
            late = f"  ({times[name]})" if part == "claims" and name in times else ""
            rows.append((f"{part}.{name}", _shown(value) + late))
    say.print_table(rows)
    say.tell("nothing of this is proved; `limner jwt verify` proves")


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
