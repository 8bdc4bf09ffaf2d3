"""A company on one machine: a database with its standby, a store, doors, each behind a cable of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from bench.cpu import tree
from tests.shared_servers import Postgres, Store, Unsteady
from tests.shared_servers.store import BUCKET, KEYS

from limner.library import Library, open_library
from limner.library.move import digest
from limner.settings import Shared, SharedPlace

from .network import Machine, Network

PORT, ADMIN, DATABASE = 8080, 9900, 5432
VOUCH_FOR = 6  # seconds
SLACK = 2  # seconds: what is asked of a database that has just gone is asked once more
HEAL_SECONDS = 40  # a connection that was cut off counts as broken after 15 s, and may be cut off more than once
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)

SETTINGS = """\
library = "{url}"
pictures = "{pictures}"
[shared]
endpoint = "{endpoint}"
wait_seconds = 2
[replica]
late_after = "2s"
vouch_for = "{vouch_for}s"
[serve]
listen = "{address}:{port}"
admin = "{address}:{admin}"
workers = 1
stop_seconds = 1
[policy]
otherwise = 403
[[policy.allow]]
name = "everybody"
networks = ["198.18.0.0/15"]
"""

SETTINGS_OF_FOLDER = """\
[[source]]
name = "folder"
kind = "folder"
path = "photos"
"""


def until(holds: Callable[[], Any], seconds: float, what: str) -> Any:
    """Ask again and again until it holds, and give what it gave."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)
    return found


class Door:
    """`limner serve` on a machine of its own, with a clock of its own."""

    def __init__(self, machine: Machine, folder: Path, settings: str) -> None:
        self.machine = machine
        self.folder = folder
        folder.mkdir()
        self.clock = folder / "clock"
        self.skew(0)
        (folder / "limner.toml").write_text(settings)
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it; whoever asks must wait until it answers."""
        command = [sys.executable, "-m", "limner", "serve", "-c", str(self.folder / "limner.toml")]
        environment = {"PATH": os.environ["PATH"], **KEYS}
        if FAKETIME is not None:
            environment |= {
                "LD_PRELOAD": str(FAKETIME),
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(
                self.machine.command("setpriv", "--pdeathsig", "KILL", *command),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=environment,
            )

    def kill(self) -> None:
        """End it as a machine ends whose power fails: all of its processes at once, and no word."""
        if self.process is None:
            return
        for pid in tree(self.process.pid):  # the supervisor first, who would start the others again
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def skew(self, seconds: int) -> None:
        """Set the clock of this machine, also while it runs; what measures spans of time goes on as it was."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}s\n")
        fresh.replace(self.clock)

    def shows(self, who: str) -> bytes | None:
        """Give somebody's face as a visitor in the same house gets it; None: a placeholder. Raises OSError."""
        status, body = self._ask(PORT, f"/{who}@example.com.jpg")
        assert status in (200, 404), status
        return body if status == 200 else None

    def standing(self) -> dict[str, Any]:
        """Give what `/readyz` says. Raises OSError."""
        _, body = self._ask(ADMIN, "/readyz")
        found: dict[str, Any] = json.loads(body)
        return found

    def is_ready(self) -> bool:
        try:
            return bool(self.standing()["ready"])
        except OSError:
            return False

    def digest(self) -> str:
        """Give the digest of its replica, as it is on the disk."""
        replica = open_library(self.folder / "replica", readonly=True)
        try:
            return digest(replica)
        finally:
            replica.close()

    def faults(self) -> list[str]:
        replica = open_library(self.folder / "replica", readonly=True)
        try:
            return [f"{fault.where}: {fault.what}" for fault in replica.check()]
        finally:
            replica.close()

    def _ask(self, port: int, target: str) -> tuple[int, bytes]:
        def work() -> tuple[int, bytes]:
            connection = http.client.HTTPConnection(self.machine.address, port, timeout=10)
            try:
                connection.request("GET", target)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except http.client.HTTPException as why:
                raise OSError(f"half an answer: {why!r}") from None
            finally:
                connection.close()

        return self.machine.do(work)


class Site:
    """The company; `with` ends all. `doors` stand on machines of their own, as the database and its standby do."""

    def __init__(self, folder: Path, doors: int) -> None:
        self.folder = folder
        self._end = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self.network = stack.enter_context(Network())
            self.store = stack.enter_context(Store())
            self.proxy = stack.enter_context(Unsteady(self.store.endpoint, self.network.address))
            self.databases = [self.network.machine() for _ in range(2)]
            self.primary = self._database(0)
            stack.callback(lambda: self.primary.__exit__())
            self.primary.run("create database photos")
            self.standby = self._database(1)
            stack.callback(lambda: self.standby.__exit__())
            self.primary.wait_for_standby(self.standby)
            hosts = ",".join(f"{machine.address}:{DATABASE}" for machine in self.databases)
            self.place = SharedPlace(
                f"postgresql://postgres@{hosts}/photos?sslmode=disable",
                f"s3://{BUCKET}/{folder.name}",
                Shared(endpoint=self.proxy.endpoint, wait_seconds=2),
            )
            open_library(self.place, create=True).close()
            self.doors: list[Door] = []
            stack.callback(lambda: [door.kill() for door in self.doors])
            for at in range(doors):
                machine = self.network.machine()
                self.doors.append(Door(machine, folder / f"door{at}", self.settings(machine.address)))
            for door in self.doors:
                until(door.is_ready, 30, "a new door is ready")
            self._end = stack.pop_all()

    def settings(self, address: str) -> str:
        """Give the settings of a door, or of a sync, at an address."""
        return SETTINGS.format(
            url=self.place.url,
            pictures=self.place.pictures,
            endpoint=self.proxy.endpoint,
            vouch_for=VOUCH_FOR,
            address=address,
            port=PORT,
            admin=ADMIN,
        )

    def _database(self, at: int) -> Postgres:
        machine = self.databases[at]
        following = self.primary if at else None
        return Postgres(following=following, host=machine.address, port=DATABASE, inside=machine.command())

    def fail_over(self) -> None:
        """Have the primary die and its standby take its place; then a new standby on the machine of the dead one."""
        self.primary.stop(signal.SIGKILL)
        dead, self.primary = self.primary, self.standby
        self.primary.promote()
        until(lambda: not self.primary.run("select pg_is_in_recovery()")[0][0], 10, "the standby is promoted")
        dead.__exit__()
        self.standby = Postgres(following=self.primary, host=dead.host, port=DATABASE, inside=dead.inside)
        self.primary.wait_for_standby(self.standby)

    def library(self) -> Library:
        """Open the shared library as whoever writes does, in the office, which nobody cuts off."""
        return open_library(self.place)

    def heal(self) -> None:
        """Mend all that can be mended."""
        self.proxy.how, self.proxy.seconds = "", 0.0
        for door in self.doors:
            door.skew(0)
            if door.process is None or door.process.poll() is not None:
                door.start()

    def agree(self) -> str:
        """Wait until all doors have all that the library has, pictures too; gives the digest that all replicas have."""
        library = self.library()
        try:
            wanted = digest(library)
            for door in self.doors:
                until(lambda door=door: _has_all(door) and door.digest() == wanted, HEAL_SECONDS, "a door catches up")  # type: ignore[misc]
                assert door.faults() == []
            assert [f"{fault.where}: {fault.what}" for fault in library.check()] == []
            return wanted
        finally:
            library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self._end.close()


def _has_all(door: Door) -> bool:
    try:
        found = door.standing()["replica"]
    except OSError:
        return False
    return bool(found["vouches"] and not found["behind"] and not found["lacking_pictures"])
