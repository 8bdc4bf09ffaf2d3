"""`limner status`: how the door, the library, the sources and the `[[publish]]` tables stand."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from limner import settings
from limner.cli import say
from limner.errors import AwayError, LibraryError
from limner.library import Library, is_there, open_library
from limner.publish.standing import Row as TableRow
from limner.publish.standing import as_dict as table_as_dict
from limner.publish.standing import standing as tables_standing
from limner.settings import Settings, SharedPlace
from limner.sync.leavers import hidden
from limner.sync.standing import Row, as_dict, standing

ANSWER_LIMIT = 1_000_000  # bytes of an answer of the door
PATIENCE = 3.0  # seconds
_TO_COME = {"behind": "changes to come", "lacking_pictures": "pictures to come"}
_Look = tuple[list[Row], list[TableRow], dict[str, object] | None, bool, str | None]


@click.command("status", short_help="Say how the door, the library and the sources stand.")
@say.config
@say.as_json
@click.pass_context
def command(ctx: click.Context, file: Path | None, as_json: bool) -> None:
    """Say how the door, the library and the sources stand: who is in, how old each source is, what comes next.

    And what was published where. The library is looked at even when the door is closed. Exit status 1: the door does
    not answer, a shared library does not, or the last sync of a source, or the last run of a [[publish]] table, failed.
    """
    loaded = settings.load(file)
    door = _door(loaded.serve.admin)
    rows, tables, counts, syncing, away = _look(loaded)
    if as_json:
        told = {"door": door, "library": counts, "syncing": syncing, "sources": [as_dict(row) for row in rows]}
        told["published"] = [table_as_dict(table) for table in tables]
        say.print_json(told | ({"away": away} if isinstance(loaded.place, SharedPlace) else {}))
    else:
        _print(door, counts, rows, syncing=syncing)
        _print_tables(tables)
    if away:
        say.complain(away, "what is told of people and sources is what this machine knew when it was last heard of")
    replica = door.get("replica")
    if isinstance(replica, dict) and not replica.get("vouches"):
        say.complain("the door shows no faces: the shared library was not heard of for longer than replica.vouch_for")
    for row in rows:
        if row.result.failed:
            say.complain(row.result.failed)
    for table in tables:
        if table.result.failed:
            say.complain(f"{table.result.table}: {table.result.failed}")
    if door["open"] is False:
        say.complain(str(door["why"]), "`limner serve` opens it")
    cut_off = isinstance(replica, dict) and replica.get("cut_off")
    failed = any(row.result.failed for row in rows) or any(table.result.failed for table in tables)
    if door["open"] is False or away or cut_off or failed:
        ctx.exit(1)


class _Unix(http.client.HTTPConnection):
    """HTTP through a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def _door(admin: str) -> dict[str, object]:
    """Ask the door, on its admin address, how it is."""
    if not admin:
        return {"open": None, "why": 'it cannot be asked: serve.admin is ""'}
    if admin.endswith(":0") and not admin.startswith("unix:"):
        return {"open": None, "why": "it cannot be asked: serve.admin has port 0, which is another one at every start"}
    connection = _Unix(admin[5:]) if admin.startswith("unix:") else http.client.HTTPConnection(admin, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        told = json.loads(answer.read(ANSWER_LIMIT))
        workers = {name: int(told["workers"][name]) for name in ("wanted", "alive")}
    except (OSError, http.client.HTTPException) as why:
        reason = getattr(why, "strerror", None) or str(why) or type(why).__name__
        return {"open": False, "why": f"the door does not answer on {admin} ({str(reason).lower()})"}
    except (ValueError, KeyError, TypeError):
        return {"open": False, "why": f"something else than limner answers on {admin}"}
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        return {"open": False, "why": "no worker of the door is ready", "workers": workers}
    more = {"replica": told["replica"]} if isinstance(told.get("replica"), dict) else {}
    return {"open": True, "workers": workers, **more}


def _look(loaded: Settings) -> _Look:
    """Give how sources and tables stand, the library's counts, whether a sync runs, and why the shared library is away.

    Where it is, this machine's replica is looked at.
    """
    place, away = loaded.place, None
    try:
        try:
            library = open_library(place, readonly=True)
        except AwayError as why:
            place, away = loaded.local, why.message
            library = open_library(place, readonly=True)
    except LibraryError:
        if is_there(place):
            raise
        return [], [], None, False, away
    try:
        tables = tables_standing(library, loaded)
        return standing(library, loaded), tables, _counts(library), library.is_held(), away
    finally:
        library.close()


def _counts(library: Library) -> dict[str, object]:
    count = library.count()
    return {
        "people": count.people,
        "with_photo": count.with_photo,
        "pictures": count.pictures,
        "hidden": sum(1 for _ in hidden(library)),
        "bytes": count.bytes,
    }


def _print(door: dict[str, object], counts: dict[str, object] | None, rows: list[Row], *, syncing: bool) -> None:
    workers = door.get("workers")
    alive = f", {workers['alive']} of {workers['wanted']} workers" if isinstance(workers, dict) else ""
    state = "open" if door["open"] else "closed" if door["open"] is False else f"not known, {door['why']}"
    say.echo(f"door: {state}{alive}")
    replica = door.get("replica")
    if isinstance(replica, dict):
        say.echo(f"replica: {_replica(replica)}")
    if counts is None:
        say.echo("library: there is none yet; `limner sync` makes it")
        return
    aside = f", {counts['hidden']} hidden" if counts["hidden"] else ""
    say.echo(f"library: {counts['people']} people, {counts['with_photo']} with a photo{aside}")
    if syncing:
        say.echo("a sync is running")
    if rows:
        say.echo("")
        say.print_table([_line(row) for row in rows], ("source", "people", "last good sync", "last sync", "next sync"))


def _print_tables(tables: list[TableRow]) -> None:
    if tables:
        say.echo("")
        columns = ("published", "kind", "last good run", "last run", "next run")
        say.print_table([_table_line(table) for table in tables], columns)


def _replica(told: dict[str, Any]) -> str:
    """Say how the door's replica of a shared library stands."""
    old = told.get("age_seconds")
    heard = "the shared library was never heard of" if old is None else f"as the shared library was {_span(old)} ago"
    more = [f"{told[name]} {what}" for name, what in _TO_COME.items() if told.get(name)]
    return ", ".join([("cut off, " if told.get("cut_off") else "") + heard, *more])


def _line(row: Row) -> tuple[str, ...]:
    last = row.result
    done = _done(last.counts, ("added", "changed", "removed", "refused", "postponed"))
    outcome = "never" if not last.ended else "failed" if last.failed else done
    return last.source, str(last.people), _ago(last.success), outcome, _due(row.next_run)


def _table_line(row: TableRow) -> tuple[str, ...]:
    last = row.result
    words = ("added", "changed", "replaced", "mended", "removed", "refused", "foreign")
    outcome = "never" if not last.ended else "failed" if last.failed else _done(last.counts, words)
    outcome = "running now" if row.running else outcome
    return last.table, last.kind, _ago(last.success), outcome, _due(row.next_run)


def _done(counts: dict[str, int], words: Sequence[str]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in words if counts.get(word)) or "nothing new"


def _ago(moment: float) -> str:
    return f"{_span(time.time() - moment)} ago" if moment else "never"


def _due(moment: float | None) -> str:
    return "" if moment is None else "now" if moment <= time.time() else _clock(moment)


def _span(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")
