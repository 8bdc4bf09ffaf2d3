"""`limner ltpa`: the keys of WebSphere and Domino, and what their tokens are worth."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from limner.cli import moments, say
from limner.cli.moments import iso
from limner.cli.noun import Noun
from limner.ltpa import DominoSecret, Examination, KeyFileError, Keys, Stage, Verifier, doubts, store
from limner.ltpa.domino import is_domino, read_unproved
from limner.ltpa.keyfile import needs_password, read_raw
from limner.ltpa.keyset import is_stored, parse, read_file
from limner.ltpa.opening import read_password
from limner.ltpa.token import MOST_BYTES, shown, unwrap

PASSWORD = "LIMNER_LTPA_PASSWORD"  # noqa: S105 - the name of the variable

_NAMED = re.compile(rb"(?:Cookie:)?[A-Za-z][A-Za-z0-9_.-]{0,99}=(?=[A-Za-z0-9+/\"%]{8})")

_path = click.Path(path_type=Path)
_password_file = click.option(
    "--password-file", type=_path, help=f"File with the password of the keys; else ${PASSWORD}, else you are asked."
)
_realms = click.option("--realm", "realms", multiple=True, metavar="R", help="A realm to allow; may be repeated.")
_token = click.argument("token", metavar="[TOKEN|-]", default="-")


@click.group("ltpa", cls=Noun)
def command() -> None:
    """Single sign-on tokens of WebSphere and Domino, and the keys that prove them."""


@command.command("import-keys")
@click.argument("file", type=_path)
@click.option("--to", "target", type=_path, metavar="KEYSET", help="Where to write; else FILE with .keyset as its end.")
@_password_file
@click.option("--name", help="What reports call these keys; else the file's name.")
@_realms
@click.option("--valid-until", metavar="DATE", help="The last day on which these keys count (rotation).")
@click.option("--ltpa1", is_flag=True, help="Keep what LTPA 1 tokens need too. Their expiry can be forged.")
@click.option(
    "--fips-digest",
    type=click.Choice(["sha512", "sha256"]),
    default="sha512",
    help="What FIPS mode signs with; early releases of Liberty: sha256.",
)
@say.as_json
def import_keys(
    file: Path,
    target: Path | None,
    password_file: Path | None,
    name: str | None,
    realms: tuple[str, ...],
    valid_until: str | None,
    ltpa1: bool,
    fips_digest: str,
    as_json: bool,
) -> None:
    """Keep what verifying needs of FILE: WebSphere's ltpa.keys, or a Domino SSO secret.

    The private key is dropped: with a key set of WebSphere nobody can make a token.
    """
    raw, is_open = read_file(file)
    label = name or file.name
    ends = _end_of(valid_until) if valid_until else None
    password = _password(password_file, file) if needs_password(raw) else None
    digest: Any = fips_digest
    keys, realm = read_raw(raw, label, password, ltpa1=ltpa1, fips_digest=digest)
    if isinstance(keys, DominoSecret):
        if realms:
            raise click.UsageError("Domino's tokens name no realm; leave --realm out")
        keys = replace(keys, valid_until=ends)
    else:
        keys = replace(keys, valid_until=ends, realms=tuple(dict.fromkeys(realms)))
    target = target or file.with_suffix(".keyset")
    store(keys, target)
    found = [doubt.message for doubt in doubts(keys, time.time())]
    if is_open:
        found.append(f"others than its owner can read {file}: chmod 600")
    if as_json:
        kind = "domino" if isinstance(keys, DominoSecret) else "websphere"
        say.print_json({"key_set": str(target), "kind": kind, "name": label, "realm": realm, "warnings": found})
    for doubt in found:
        say.warn(doubt)
    say.tell(f"wrote {target}; {file} itself is not needed here any more")
    if realm and not realms:
        say.tell(f"the file names the realm {realm!r}; tokens may name another: `limner ltpa inspect` shows it")


@command.command("verify")
@_token
@click.option("--keys", "files", type=_path, multiple=True, required=True, help="Key set or key file; may be repeated.")
@_password_file
@_realms
@moments.option
@say.as_json
@click.pass_context
def verify(
    ctx: click.Context,
    token: str,
    files: tuple[Path, ...],
    password_file: Path | None,
    realms: tuple[str, ...],
    moment: str | None,
    as_json: bool,
) -> None:
    """Say whose a token is and whether it is valid, with the reason. Exit status 1: it is not.

    Give "-", or no token, to have it read from standard input: shells keep what is typed. Without --realm every realm
    is taken.
    """
    now = moments.read(moment)
    given = _read_token(token)
    examined, keys = _examine(given, files, password_file, realms, now)
    if as_json:
        say.print_json(_as_dict(examined))
    else:
        _print(examined)
    if examined.kind == "ltpa1":
        say.warn("the expiry of LTPA 1 is not signed: anyone with an old token can make it last")
    if examined.valid and examined.claims and examined.claims.realm and not realms:
        say.warn("no --realm was given: a token of any realm is taken")
    if examined.stage is Stage.NOT_OPENED and any(not isinstance(k, DominoSecret) and not k.ltpa1 for k in keys):
        say.tell("hint: if it is an LTPA 1 token: key sets open those when they are imported with --ltpa1")
    if not examined.valid:
        ctx.exit(1)


@command.command("inspect")
@_token
@click.option("--keys", "files", type=_path, multiple=True, help="Key set or key file; may be repeated.")
@_password_file
@moments.option
@say.as_json
@click.pass_context
def inspect(
    ctx: click.Context,
    token: str,
    files: tuple[Path, ...],
    password_file: Path | None,
    moment: str | None,
    as_json: bool,
) -> None:
    """Show what can be read in a token; none of it is to be trusted. Exit status 1: it is not a token.

    Domino's tokens are open to everyone. WebSphere's are encrypted: with --keys, the attributes of one that bears
    their signature are shown too.
    """
    now = moments.read(moment)
    given = _read_token(token)
    found: dict[str, Any] = {"format": None, "bytes": None, "user": None, "created": None, "expires": None}
    try:
        raw = unwrap(given)
    except ValueError as why:
        found["reason"] = str(why)
    else:
        found |= _outside(raw)
    if files and found["format"]:
        examined, _ = _examine(given, files, password_file, (), now)
        found |= {"verdict": _as_dict(examined), "attributes": shown(examined.body or b"")}
    if as_json:
        say.print_json(found | {"trusted": False})
    else:
        _print_found(found)
    if not found["format"]:
        ctx.exit(1)


def _outside(raw: bytes) -> dict[str, Any]:
    """Say what a token shows to everyone."""
    found: dict[str, Any] = {"bytes": len(raw), "reason": None}
    if is_domino(raw):
        unproved = read_unproved(raw)
        times = {name: iso(getattr(unproved, name)) for name in ("created", "expires")}
        return found | times | {"format": "domino", "user": unproved.user}
    if raw and len(raw) % 16 == 0:
        return found | {"format": "ltpa2 or ltpa1, encrypted"}
    if raw and len(raw) % 8 == 0:
        return found | {"format": "ltpa1, encrypted"}
    return found | {"reason": "it is neither Domino's nor whole blocks of a cipher"}


def _examine(
    token: bytes, files: tuple[Path, ...], password_file: Path | None, realms: tuple[str, ...], now: float
) -> tuple[Examination, list[Keys]]:
    keys = [_keys(file, password_file) for file in files]
    for each in keys:
        for doubt in doubts(each, now, ltpa1=False):  # that is said of the token, if it is one
            say.warn(doubt.message)
    return Verifier(keys, realms=realms or None, ltpa1=True).examine(token, now), keys


def _keys(file: Path, password_file: Path | None) -> Keys:
    raw, is_open = read_file(file)
    if is_stored(raw):
        return parse(raw, str(file))
    if is_open:
        say.warn(f"others than its owner can read {file}")
    return read_raw(raw, file.name, _password(password_file, file) if needs_password(raw) else None, ltpa1=True)[0]


def _password(file: Path | None, keys: Path) -> str:
    if file is not None:
        password, is_open = read_password(file)
        if is_open:
            say.warn(f"others than its owner can read {file}")
        return password
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    if not sys.stdin.isatty():
        raise KeyFileError(f"{keys} is protected by a password", hint=f"give --password-file, or set {PASSWORD}")
    return str(click.prompt(f"Password of {keys}", hide_input=True, err=True))


def _read_token(given: str) -> bytes:
    """Give the token as sent; one that is too long is cut where it is too long already."""
    raw = os.fsencode(given) if given != "-" else sys.stdin.buffer.read(4 * MOST_BYTES)
    raw = b"".join(raw.split()).rstrip(b";")  # as it comes out of a mail, or of a browser's tools
    named = _NAMED.match(raw)
    return (raw[named.end() :] if named else raw)[: MOST_BYTES + 1]


def _end_of(text: str) -> float:
    """Give the last second of a day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text[:80]!r} is not a date; write 2024-01-31") from None
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC).timestamp()


def _as_dict(examined: Examination) -> dict[str, Any]:
    claims = examined.claims
    return {
        "valid": examined.valid,
        "kind": examined.kind,
        "user": claims.user if claims else None,
        "realm": claims.realm if claims else None,
        "expires": iso(claims.expires) if claims else None,
        "reason": examined.reason,
        "keys": examined.key_set,
    }


def _print(examined: Examination) -> None:
    fields = _as_dict(examined)
    say.echo("valid" if fields.pop("valid") else f"not valid: {fields.pop('reason')}")
    rows = [(f"  {name}", value) for name, value in fields.items() if value]
    if rows:
        say.print_table(rows)


def _print_found(found: dict[str, Any]) -> None:
    verdict, attributes = found.pop("verdict", None), found.pop("attributes", {})
    rows = [(name, str(value)) for name, value in found.items() if value is not None]
    rows += [(f"  {name}", value) for name, value in attributes.items()]
    if verdict:
        rows.append(("verdict", "valid" if verdict["valid"] else str(verdict["reason"])))
    say.print_table(rows)
    say.tell("nothing of this is proved; `limner ltpa verify` proves")
