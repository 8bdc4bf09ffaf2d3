"""Starting a server on one core, and stopping it whatever happens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

READY_SECONDS = 60


class BenchError(Exception):
    """The bench cannot go on; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: what to call it, the root of its process tree, and its port on 127.0.0.1."""

    name: str
    pid: int
    port: int


def cores() -> tuple[int, int]:
    """Give the core for the server and the core for the load; the same one where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(name: str, command: Sequence[str | Path], *, port: int, folder: Path) -> Iterator[Server]:
    """Start a server on the servers' core and give it once it listens on `port`; stop it when the block ends.

    What it prints goes to a file in `folder`. `setpriv` ends it even when this process is killed. Raises BenchError
    when it ends by itself or does not listen within a minute.
    """
    say(f"starting {name}")
    printed = folder / "printed.txt"
    with printed.open("wb") as out:
        process = subprocess.Popen(
            ["taskset", "-c", str(cores()[0]), "setpriv", "--pdeathsig", "TERM", *map(str, command)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_it_listens(name, process, port, printed)
            yield Server(name, process.pid, port)
        finally:
            _stop(process)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Give a new folder that Apache's workers may read too: they do not run as root, and the clone may be private."""
    with TemporaryDirectory(prefix="limner-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _wait_until_it_listens(name: str, process: subprocess.Popen[bytes], port: int, printed: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            last = printed.read_text(errors="replace").strip()[-2000:]
            raise BenchError(f"{name} ended by itself ({process.returncode}):\n{last}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.005)
    raise BenchError(f"{name} does not listen on port {port} after {READY_SECONDS} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def say(text: str) -> None:
    """Tell the one who waits what is being done."""
    print(f"bench: {text}", file=sys.stderr, flush=True)
