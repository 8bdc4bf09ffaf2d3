"""A real OpenSSH server for SFTP only, on a free port of 127.0.0.1."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import pytest

from ldap_servers.slapd import free_port

PROGRAM = "/usr/sbin/sshd"
USER = "www-data"  # a user of every Debian, who needs no password to sign in with a key

needs_sshd = pytest.mark.skipif(
    os.environ.get("CI") != "true" and not (Path(PROGRAM).exists() and os.geteuid() == 0),
    reason="needs root and OpenSSH's server",
)


class Sshd:
    """A server, whose user USER may sign in with `key`; stopped by `with`."""

    def __init__(self, more: str = "") -> None:
        """Start it, with `more` lines in its configuration."""
        self.folder = Path(tempfile.mkdtemp(prefix="sshd"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.data = self.folder / "data"
        self.data.mkdir()
        user = pwd.getpwnam(USER)
        os.chown(self.data, user.pw_uid, user.pw_gid)
        self.key = self.make_key("user_key")
        host_key = self.make_key("host_key")
        (self.folder / "authorized_keys").write_text(self.key.with_suffix(".pub").read_text())
        self.known_hosts = self.folder / "known_hosts"
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {host_key.with_suffix('.pub').read_text()}")
        config = self.folder / "sshd_config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {host_key}\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nAuthenticationMethods publickey\nAllowUsers {USER}\n"
            f"MaxStartups 100\nSubsystem sftp internal-sftp\nForceCommand internal-sftp -d {self.data}\n{more}"
        )
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", PROGRAM, "-D", "-e", "-f", config], stderr=log, stdout=log
            )
        end = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.02)

    def make_key(self, name: str, password: str = "") -> Path:
        file = self.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", password, "-f", file], check=True)
        return file

    def cut(self) -> None:
        """End all connections that stand."""
        for child in _below(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def _below(pid: int) -> list[int]:
    """Give the processes that a process has started, and those that they have."""
    try:
        children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return [*children, *(each for child in children for each in _below(child))]
