"""The publishing bench: `limner publish sftp` to a local OpenSSH server, beside OpenSSH's own `sftp -b` put."""

from __future__ import annotations

import os
import pwd
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.fill import fill
from bench.results import Section, Target
from bench.servers import BenchError, Server, free_port, open_folder, say, started

SIZES = (4000, 8000)  # bytes of a photo, least and most
USER = "www-data"


def bench(*, people: int, rounds: int) -> Section:
    """Measure first runs, turn about, and a second run with nothing changed. Raises BenchError."""
    with open_folder() as folder, _sshd(folder) as server:
        fill(folder / "library", people, SIZES)
        _settings(folder, server)
        publish = [sys.executable, "-m", "limner", "publish", "sftp", "-c", folder / "limner.toml"]
        (folder / "own").mkdir()
        _timed([sys.executable, "-m", "limner", "publish", "folder", "-c", folder / "limner.toml"])
        batch = folder / "batch"
        batch.write_text("".join(f"put {file}\n" for file in sorted((folder / "own").iterdir())))
        sftp = ["sftp", "-q", "-b", batch, *_options(folder, server), f"{USER}@127.0.0.1"]
        theirs, ours, second = [], [], []
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            _empty(folder)
            theirs.append(_timed(sftp))
            _empty(folder)
            shutil.rmtree(folder / "published", ignore_errors=True)
            ours.append(_timed(publish))
            second.append(_timed(publish))
        bare = _timed([sys.executable, "-m", "limner", "--version"])
    ratio = median(their.wall / our.wall for their, our in zip(theirs, ours, strict=True))
    again = median(later.wall / first.wall for later, first in zip(second, ours, strict=True))
    return Section(
        title="Publishing by SFTP",
        about=(
            f"{people:,} photos of {SIZES[0]:,} to {SIZES[1]:,} bytes to an OpenSSH server on this machine. "
            "OpenSSH's `sftp -b` puts each file under its own name; limner writes it under another one and renames it, "
            "lists the folder before and after, and keeps a manifest on disk. Start and end of every process count; "
            f"`limner --version` takes {bare.wall:.2f} s. "
            "CPU is that of the client alone."
        ),
        headings=["run", "s", "CPU s", "files/s"],
        rows=[
            _row("`sftp -b`", theirs, people),
            _row("`limner publish sftp`, the first", ours, people),
            _row("`limner publish sftp`, nothing changed", second),
        ],
        targets=[
            Target("rate of a first run / `sftp -b`", ratio, 0.8, at_least=True),
            Target("time of a run with nothing changed / the first", again, 0.02),
        ],
    )


class _Time(NamedTuple):
    """Seconds that a command took, and those of them that processors worked for it."""

    wall: float
    cpu: float


def _row(what: str, times: Sequence[_Time], people: int = 0) -> list[str]:
    wall = median(time.wall for time in times)
    rate = f"{people / wall:,.0f}" if people else ""
    return [what, f"{wall:.2f}", f"{median(time.cpu for time in times):.2f}", rate]


def _timed(command: Sequence[str | Path]) -> _Time:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise BenchError(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-1000:]}")
    return _Time(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _empty(folder: Path) -> None:
    for file in (folder / "there").iterdir():
        file.unlink()


def _settings(folder: Path, server: Server) -> None:
    (folder / "limner.toml").write_text(
        f'library = "library"\n[[publish]]\nkind = "folder"\npath = "own"\nmanifests = "own-published"\n'
        f'[[publish]]\nkind = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{USER}"\n'
        f'path = "{folder}/there"\nknown_hosts = "known_hosts"\nkey = "user_key"\n'
    )


def _options(folder: Path, server: Server) -> list[str]:
    known = f"UserKnownHostsFile={folder}/known_hosts"
    return ["-P", str(server.port), "-i", str(folder / "user_key"), "-o", known]


@contextmanager
def _sshd(folder: Path) -> Iterator[Server]:
    port = free_port()
    for name in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {(folder / 'host_key.pub').read_text()}")
    there = folder / "there"
    there.mkdir()
    user = pwd.getpwnam(USER)
    os.chown(there, user.pw_uid, user.pw_gid)
    config = folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nAllowUsers {USER}\nSubsystem sftp internal-sftp\n"
        f"ForceCommand internal-sftp -d {there}\n"
    )
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with started("sshd", ["/usr/sbin/sshd", "-D", "-e", "-f", config], port=port, folder=folder) as server:
        yield server
