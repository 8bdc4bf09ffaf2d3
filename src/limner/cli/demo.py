"""`limner demo`: the main job on this machine, with invented people and portraits that limner draws itself."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from limner import settings, sync
from limner.cli import say
from limner.demo.show import Thing, fetch, five_things, set_up
from limner.errors import ServeError
from limner.library import open_library

START_SECONDS = 30.0


@click.command("demo")
@click.option("--check", is_flag=True, help="Try the five things, and exit with 0 or 1.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default="demo", help="Where to put it all.")
@click.option("--port", type=click.IntRange(1, 65535), help="8080, or any free one, if none is given.")
@click.pass_context
def command(ctx: click.Context, check: bool, folder: Path, port: int | None) -> None:
    """Draw portraits of people who do not exist, sync them, and serve them on this machine until Ctrl-C."""
    port = port or _free_port(8080)
    people = set_up(folder, port, say.tell)
    file = folder / "limner.toml"
    loaded = settings.load(file)
    library = open_library(loaded.place, create=True)
    try:
        with say.progress() as tell:
            sync.run(library, loaded, tell=tell)
        count = library.count()
    finally:
        library.close()
    say.tell(f"{count.people} people, {count.with_photo} with a photo, in {folder}/library")
    things = five_things(folder, port, people, "limner" if shutil.which("limner") else sys.argv[0])
    with _serving(file, port) as door:
        if check:
            ctx.exit(_try(things))
        click.echo("\nFive things to try:\n")
        for number, thing in enumerate(things, 1):
            click.echo(f"  {number}. {thing.what}:\n     {thing.command}\n")
        click.echo("Ctrl-C ends the demo.")
        door.wait()
    if door.returncode:
        raise ServeError("the door closed by itself")


def _try(things: list[Thing]) -> int:
    """Try all things, say how it went, and give the exit status."""
    failed = 0
    for thing in things:
        try:
            wrong = thing.trial()
        except OSError as why:
            wrong = str(why)
        click.echo(f"{'FAILED' if wrong else 'ok'}: {thing.what}{f': {wrong}' if wrong else ''}")
        failed += bool(wrong)
    return 1 if failed else 0


@contextmanager
def _serving(file: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `limner serve` until the block ends; Ctrl-C ends the block, and the door by itself."""
    door = subprocess.Popen([sys.executable, "-m", "limner", "serve", "-c", str(file)], stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_SECONDS
        while not _answers(port):
            if door.poll() is not None or time.monotonic() > end:
                raise ServeError("the door did not open", hint="what it said stands above")
            time.sleep(0.02)
        yield door
    except KeyboardInterrupt:
        say.tell("the demo ends")
    finally:
        if door.poll() is None:
            door.terminate()
        try:
            door.wait(15)
        except subprocess.TimeoutExpired:
            door.kill()
            door.wait()


def _answers(port: int) -> bool:
    try:
        return fetch(port, "/").status > 0
    except OSError:
        return False


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise ServeError("no free port was found on 127.0.0.1")
