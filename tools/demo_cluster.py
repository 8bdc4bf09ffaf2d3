"""`make demo-cluster`: two doors, PostgreSQL, an object store; what dies, and faces all the while.

All of it runs on this machine, as whoever calls it, below one folder; Ctrl-C ends it all.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from bench.cpu import tree
from tests.shared_servers import Postgres, Store
from tests.shared_servers.postgres import BINARIES
from tests.shared_servers.store import BUCKET, KEYS, PROGRAM

from limner.demo.show import SETTINGS, fetch, set_up

LIMNER = [sys.executable, "-m", "limner"]
FEWEST = 100  # faces that visitors must have got before a step goes on
PATIENCE = 60.0  # seconds for anything at all


class FailedError(Exception):
    """The demo did not go as it says; the text says what was seen."""


@click.command()
@click.option("--check", is_flag=True, help="End after the last step; exit with 0 or 1.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default="demo-cluster")
def main(check: bool, folder: Path) -> None:
    """Show that a library of many machines serves on, whatever dies."""
    missing = {"PostgreSQL (Debian: apt-get install postgresql)": BINARIES, f"SeaweedFS ({PROGRAM})": PROGRAM.exists()}
    lacking = [name for name, there in missing.items() if not there]
    if lacking:
        click.echo(f"demo-cluster: error: not installed: {', '.join(lacking)}", err=True)
        click.echo(
            "demo-cluster: hint: `make servers` installs PostgreSQL as root, `make .venv/dev` SeaweedFS", err=True
        )
        sys.exit(2)
    try:
        with contextlib.ExitStack() as stack:
            show = Show(folder.absolute(), stack)
            show.run()
            if not check:
                click.echo("\nLook at them; Ctrl-C ends the demo.")
                signal.pause()
    except KeyboardInterrupt:
        click.echo("the demo ends")
    except (FailedError, OSError, AssertionError) as why:
        click.echo(f"FAILED: {why}")
        sys.exit(1)


class Show:
    """The scene, and the steps in their order; what it starts ends with `stack`."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.folder = folder
        self.ports = [_free_port(8081), _free_port(8082)]
        self.people = set_up(folder, self.ports[0], click.echo)
        self.stays, self.leaves = (person.mails[0] for person in self.people[:2])
        os.environ.update(KEYS)  # limner reads the store's keys from there
        click.echo("starting PostgreSQL and SeaweedFS, an S3-compatible store")
        self.store = stack.enter_context(Store())
        self.database = stack.enter_context(Postgres())
        two_lines = f'library = "{self.database.fresh()}"\npictures = "s3://{BUCKET}/faces"'
        self.shared = f'{two_lines}\n[shared]\nendpoint = "{self.store.endpoint}"\nwait_seconds = 2\n'
        (folder / "limner.toml").write_text(self._settings(self.ports[0]))
        click.echo(f"two lines of the settings are changed:\n    {two_lines.replace(chr(10), chr(10) + '    ')}")
        self.doors: list[subprocess.Popen[bytes] | None] = [None, None]
        stack.callback(lambda: [self._kill(at) for at in (0, 1)])
        self.visitors = Visitors(self.ports, [person.mails[0] for person in self.people[2:50]])
        stack.callback(self.visitors.stop.set)

    def run(self) -> None:
        """Do all the steps. Raises FailedError."""
        done = self._limner("sync")
        click.echo(f"limner sync: {done.stdout.splitlines()[-1] if done.stdout else 'done'}")
        for at in (0, 1):
            self._start(at)
        for at in (0, 1):
            seconds = self._until(lambda at=at: self._shows(at, self.stays), f"door {at + 1} does not open")
            click.echo(
                f"door {at + 1} has a copy of its own, and serves: http://127.0.0.1:{self.ports[at]}/ ({seconds:.1f} s)"
            )
        for port in self.ports:
            self._until(lambda port=port: self.visitors.all_there(port), "pictures are missing")
        self.visitors.start()
        with self._step("door 1 is killed (SIGKILL, all of its processes)"):
            self._kill(0)
        with self._step("door 1 is started again"):
            self._start(0)
            self._until(lambda: self._shows(0, self.stays), "door 1 does not come back")
        with self._step("PostgreSQL is killed; limner cannot write now, and says so"):
            self.database.stop(signal.SIGQUIT)
            if self._limner("photo", "remove", self.leaves, expect=2).returncode != 2:
                raise FailedError("a write was acknowledged without a database")
        with self._step("PostgreSQL is started again"):
            self.database.start()
        with self._step("somebody leaves") as tell:
            self._limner("photo", "remove", self.leaves)
            since = time.monotonic()
            for at in (0, 1):
                self._until(lambda at=at: not self._shows(at, self.leaves), f"door {at + 1} still shows who left")
            tell(f"gone from both doors within {time.monotonic() - since:.1f} s of the word")
        with self._step("the store dies; all faces are in the doors' copies"):
            self.store.__exit__()
        counted = self.visitors
        click.echo(f"\n{counted.faces} faces asked for, none missing; {counted.detours} came from the other door.")
        click.echo(f"The longest that anybody waited for one: {counted.longest * 1000:.0f} ms.")
        if counted.missed:
            raise FailedError(f"{counted.missed} faces were not to be had at either door")

    @contextlib.contextmanager
    def _step(self, what: str) -> Iterator[Callable[[str], None]]:
        """Do a step, and go on when visitors have got so many faces meanwhile."""
        before, more = self.visitors.faces, []
        yield more.append
        self._until(lambda: self.visitors.faces >= before + FEWEST, f"no faces: {what}")
        if self.visitors.missed:
            raise FailedError(f"{what}: {self.visitors.missed} faces were not to be had at either door")
        told = "".join(f"; {each}" for each in more)
        click.echo(f"ok: {what}: {self.visitors.faces - before} faces meanwhile, none missing{told}")

    def _settings(self, port: int) -> str:
        text = SETTINGS.format(folder=self.folder, port=port)
        photos = text.replace('"photos"', f'"{self.folder}/photos"').replace(
            '"people.csv"', f'"{self.folder}/people.csv"'
        )
        return photos.replace('library = "library"\n', self.shared)

    def _start(self, at: int) -> None:
        home = self.folder / f"door{at + 1}"
        home.mkdir(exist_ok=True)
        (home / "limner.toml").write_text(self._settings(self.ports[at]))
        with (home / "said").open("ab") as said:
            command = ["setpriv", "--pdeathsig", "TERM", *LIMNER, "serve", "-c", str(home / "limner.toml")]
            self.doors[at] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, process_group=0
            )

    def _kill(self, at: int) -> None:
        door, self.doors[at] = self.doors[at], None
        if door is not None:
            for pid in tree(door.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            door.wait()

    def _limner(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        command = [*LIMNER, *arguments, "-c", str(self.folder / "limner.toml")]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if done.returncode != expect:
            raise FailedError(f"limner {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
        return done

    def _shows(self, at: int, mail: str) -> bool:
        return _face(self.ports[at], mail)

    def _until(self, holds: Callable[[], bool], otherwise: str) -> float:
        since = time.monotonic()
        while not holds():
            if time.monotonic() - since > PATIENCE:
                said = "".join((self.folder / f"door{at}" / "said").read_text()[-500:] for at in (1, 2))
                raise FailedError(f"{otherwise} after {PATIENCE:.0f} s\n{said}")
            time.sleep(0.02)
        return time.monotonic() - since


class Visitors(threading.Thread):
    """Ask for face after face, at one door and the other in turn, and at the other where one does not show it."""

    def __init__(self, ports: list[int], mails: list[str]) -> None:
        super().__init__(daemon=True)
        self.ports = ports
        self.mails = mails
        self.stop = threading.Event()
        self.faces = self.detours = self.missed = 0
        self.longest = 0.0

    def all_there(self, port: int) -> bool:
        return all(_face(port, mail) for mail in self.mails)

    def run(self) -> None:
        while not self.stop.wait(0.002):
            mail = self.mails[self.faces % len(self.mails)]
            one, other = self.ports if self.faces % 2 else self.ports[::-1]
            since = time.monotonic()
            if not _face(one, mail):
                self.detours += 1
                if not _face(other, mail):
                    self.missed += 1
            self.faces += 1
            self.longest = max(self.longest, time.monotonic() - since)


def _face(port: int, mail: str) -> bool:
    """Tell whether a door shows somebody's face."""
    try:
        answer = fetch(port, f"/avatar/{_hash(mail)}?s=240&d=404")
    except OSError:
        return False
    return answer.status == 200 and answer.body.startswith(b"\xff\xd8\xff")


def _hash(mail: str) -> str:
    return hashlib.sha256(mail.encode()).hexdigest()


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                free: int = probe.getsockname()[1]
                return free
    raise FailedError("no free port was found on 127.0.0.1")


if __name__ == "__main__":
    main()
