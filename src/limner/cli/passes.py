"""`limner pass`: meeting passes."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from limner import people, settings
from limner.cli import say
from limner.cli.noun import Noun
from limner.cli.pass_keys import client, iso, keys, register_of
from limner.errors import LibraryError, LimnerError
from limner.library import open_library
from limner.passes import MOST_CHARACTERS, Issued, Keys, Pass, PassError, Register, Verifier
from limner.settings import Settings
from limner.settings.durations import seconds
from limner.web.passed import link_of

FACES_BYTES = 1_000_000  # of a file of faces
BY_HAND = "command line"


@click.group("pass", cls=Noun)
def command() -> None:
    """Meeting passes: each opens some faces to whoever holds it, for as long as a meeting lasts."""


command.add_command(keys)
command.add_command(client)


@command.command("issue")
@click.option("--room", required=True, help="The meeting's name, for lists and the audit trail.")
@click.option("--faces", "listed", metavar="A@X,B@X", help="Whose photos it opens: mail addresses or user names.")
@click.option("--faces-from", "source", type=click.Path(path_type=Path), help="File of names, one a line; - is stdin.")
@click.option("--for", "duration", default="2h", show_default=True, help="How long it lasts: 90m, 2h, 1h30m, 1d.")
@say.config
@say.as_json
def issue(room: str, listed: str | None, source: Path | None, duration: str, file: Path | None, as_json: bool) -> None:
    """Issue a pass, and print its link. Whoever has the link sees those faces until the pass ends."""
    loaded = settings.load(file)
    faces = [*(listed or "").split(","), *(_lines(source) if source else ())]
    now = time.time()
    with register_of(loaded, create=True) as register:
        made, token = Issued(register).issue(
            room, faces, _seconds(duration, loaded), issuer=BY_HAND, now=now, most_faces=loaded.passes.faces
        )
    link = link_of(loaded.passes, token)
    if as_json:
        say.print_json(_as_dict(made, now) | {"token": token, "link": link})
    else:
        say.echo(link)
        say.tell(f"pass {made.id} for {made.room!r}: {len(made.faces)} faces, until {iso(made.ends)}")
    _warn(loaded, made)


@command.command("inspect")
@click.argument("token", metavar="[TOKEN|LINK|-]", default="-")
@say.config
@say.as_json
@click.pass_context
def inspect(ctx: click.Context, token: str, file: Path | None, as_json: bool) -> None:
    """Say whether a pass is valid, and what it opens. Exit status 1: it is not valid.

    Give "-", or nothing, to have it read from standard input: shells keep what is typed.
    """
    now = time.time()
    with register_of(settings.load(file)) as register:
        found, reason = _examine(register, _token(token), now)
    if as_json:
        shown = _as_dict(found, now) if found else {}
        say.print_json({"valid": reason is None, "reason": reason} | shown)
    else:
        say.echo("valid" if reason is None else f"not valid: {reason}")
        if found:
            _print_pass(found, now)
    if reason is not None:
        ctx.exit(1)


@command.command("list")
@click.option("--room", help="Passes of this room only.")
@click.option("--all", "everything", is_flag=True, help="Also passes that have ended, for a week, or are revoked.")
@say.config
@say.as_json
def list_command(room: str | None, everything: bool, file: Path | None, as_json: bool) -> None:
    """List the passes that are valid now, the one that ends last first."""
    now = time.time()
    with register_of(settings.load(file)) as register:
        found = [each for each in Issued(register).all(room) if everything or each.state(now) == "valid"]
    if as_json:
        say.print_json([_as_dict(each, now) for each in found])
    elif found:
        rows = ((p.id, p.room, str(len(p.faces)), iso(p.ends), p.state(now), p.issuer) for p in found)
        say.print_table(rows, ("pass", "room", "faces", "ends", "state", "issued by"))
    else:
        say.tell("no pass is valid" if not everything else "no pass is on record")


@command.command("revoke")
@click.argument("number", metavar="[PASS|TOKEN|LINK|-]", required=False)
@click.option("--room", help="Revoke all passes of this room.")
@say.config
@say.as_json
def revoke(number: str | None, room: str | None, file: Path | None, as_json: bool) -> None:
    """Take a pass back, or all of a room; within a second it opens nothing any more."""
    if (number is None) == (room is None):
        raise click.UsageError("name a pass, or a room with --room")
    now = time.time()
    with register_of(settings.load(file)) as register:
        gone = Issued(register).revoke(now=now, number=number and _number(register, number, now), room=room)
    if not gone:
        what = f"the room {room!r} has no valid pass" if room is not None else "there is no such valid pass"
        raise PassError(what, hint="`limner pass list --all` shows what has become of them")
    if as_json:
        say.print_json([_as_dict(each, now) for each in gone])
    for each in gone:
        say.tell(f"pass {each.id} for {each.room!r} is revoked")


def _examine(register: Register, token: str, now: float) -> tuple[Pass | None, str | None]:
    """Give the pass on record of a genuine token, and why it is not valid, if it is not."""
    verifier = Verifier(Keys(register).secrets())
    raw = os.fsencode(token)
    said = verifier.read(raw, now) or verifier.read(raw, 0.0)
    if said is None:
        return None, "it is not a token that a key of this register signed"
    found = Issued(register).find(said.id)
    if found is None:
        return None, "no such pass is on record"
    state = found.state(now)
    words = {
        "valid": None,
        "ended": f"it ended at {iso(found.ends)}",
        "revoked": f"it was revoked at {iso(found.revoked)}",
    }
    return found, words[state]


def _number(register: Register, given: str, now: float) -> str:
    """Give the number of a pass that is named by its number, its token or its link."""
    token = _token(given)
    if "." not in token:
        return token
    found, reason = _examine(register, token, now)
    if found is None:
        raise PassError(str(reason))
    return found.id


def _token(given: str) -> str:
    """Give the token in what was given: by itself, or in a link."""
    if given == "-":
        given = sys.stdin.buffer.read(10 * MOST_CHARACTERS).decode("utf-8", "surrogateescape")
    text = given.strip()
    if "/pass/" in text:
        text = text.partition("/pass/")[2]
    return text.partition("?")[0][: MOST_CHARACTERS + 1]


def _lines(source: Path) -> list[str]:
    try:
        if str(source) == "-":
            raw = sys.stdin.buffer.read(FACES_BYTES + 1)
        else:
            with source.open("rb") as stream:
                raw = stream.read(FACES_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except OSError as why:
        raise PassError(f"cannot read {source}: {why.strerror}") from None
    except UnicodeDecodeError:
        raise PassError(f"{source} is not UTF-8") from None
    if len(raw) > FACES_BYTES:
        raise PassError(f"{source} is larger than {FACES_BYTES} bytes")
    return text.splitlines()


def _seconds(text: str, loaded: Settings) -> int:
    try:
        wanted = seconds(text)
    except ValueError as why:
        raise click.UsageError(f"--for: {why}") from None
    if wanted > seconds(loaded.passes.longest):
        raise PassError(
            f"a pass lasts {loaded.passes.longest} at most, not {text}", hint="`longest` in [passes] says how long"
        )
    return wanted


def _warn(loaded: Settings, made: Pass) -> None:
    """Say why a pass may not do what it was made for."""
    if not any(rule.pass_ and rule.pass_.secrets == loaded.passes.secrets for rule in loaded.policy.allow):
        say.warn("no rule takes this pass: add `pass = {}` to a rule of its own in [[policy.allow]]")
    if loaded.passes.site is None:
        say.tell("hint: `site` in [passes] makes it a whole link")
    try:
        library = open_library(loaded.place, readonly=True)
    except LibraryError:
        return
    try:
        for face in made.faces:
            if not any(library.find(key) for key in people.by_any(face)):
                say.warn(f"nobody in the library goes by {face!r} (yet)")
    except LimnerError as why:
        say.warn(why.message)
    finally:
        library.close()


def _print_pass(found: Pass, now: float) -> None:
    shown = _as_dict(found, now)
    faces: list[str] = shown.pop("faces")
    say.print_table([(f"  {name}", str(value)) for name, value in shown.items() if value is not None])
    for face in faces:
        say.echo(f"  face  {face}")


def _as_dict(found: Pass, now: float) -> dict[str, Any]:
    return {
        "id": found.id,
        "room": found.room,
        "state": found.state(now),
        "issued": iso(found.issued),
        "ends": iso(found.ends),
        "revoked": iso(found.revoked) if found.revoked else None,
        "issuer": found.issuer,
        "key": found.kid,
        "faces": list(found.faces),
    }
