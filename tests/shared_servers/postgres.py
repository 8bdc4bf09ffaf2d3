"""PostgreSQL on a free port of 127.0.0.1, and a standby that follows it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import psycopg
import pytest

from .ports import free_port

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
USER = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
AS_USER = ("--reuid", USER, "--regid", USER, "--clear-groups") if USER else ()

needs_postgres = pytest.mark.skipif(
    os.environ.get("CI") != "true" and not BINARIES, reason="PostgreSQL is not installed"
)


class Postgres:
    """A server with its own data; stopped by `with`. Anybody on its network may come in, without a password.

    `inside` is what to write before a command to have it run on the machine whose address is `host`.
    """

    def __init__(
        self,
        *,
        following: Postgres | None = None,
        fsync: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
        inside: Sequence[str] = (),
    ) -> None:
        self.host = host
        self.inside = inside
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.fsync = fsync
        if USER:
            shutil.chown(self.folder, USER, USER)
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None
        data = str(self.folder / "data")
        if following is None:
            self._run(
                "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
            )
            with (self.folder / "data" / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet trust\nhost replication all samenet trust\n")
        else:
            source = ("-h", following.host, "-p", str(following.port), "-U", "postgres")
            more = ("-R", "-X", "stream", "-c", "fast", "--no-sync", "-C", "-S", f"standby{self.port}")
            self._run("pg_basebackup", *source, "-D", data, *more)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [
            *self.inside,
            *("setpriv", *AS_USER, "--pdeathsig", "INT", str(_binary("postgres")), "-D", str(self.folder / "data")),
            *("-p", str(self.port), "-c", f"listen_addresses={self.host}", "-c", "unix_socket_directories="),
            *("-c", f"fsync={'on' if self.fsync else 'off'}", "-c", "max_connections=60", "-c", "shared_buffers=32MB"),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.run("select 1")
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT in order, SIGQUIT as a crash does."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def run(self, query: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a query as the administrator."""
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def url(self, database: str) -> str:
        return f"postgresql://postgres@{self.host}:{self.port}/{database}"

    def fresh(self) -> str:
        """Give the address of a database without a library, which is taken away from whoever has it."""
        name = "photos"
        if not self.run(f"select 1 from pg_database where datname = '{name}'"):
            self.run(f"create database {name}")
        self.run("set client_min_messages = error; drop schema if exists limner cascade", name)
        return self.url(name)

    def wait_for_standby(self, standby: Postgres) -> None:
        """Have acknowledged writes wait for a standby from now on."""
        self.run("alter system set synchronous_standby_names = '*'")
        self.run("select pg_reload_conf()")
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.run("select 1 from pg_stat_replication where sync_state = 'sync'"):
                return
            time.sleep(0.02)
        raise AssertionError("the standby does not follow")

    def promote(self) -> None:
        self.run("select pg_promote()")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([_binary(program), *arguments], check=True, capture_output=True, cwd=self.folder, **_as_user())


def _binary(name: str) -> Path:
    return BINARIES[-1].with_name(name)


def _as_user() -> dict[str, object]:
    return {"user": USER, "group": USER, "extra_groups": []} if USER else {}
