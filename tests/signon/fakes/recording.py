"""Records what passes on loopback with tcpdump or dumpcap, while a block runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

MISSING = "tcpdump and tshark are needed, and root: apt-get install tcpdump tshark"


def need_recorder() -> None:
    """Skip where nothing can be recorded; under CI=true that is a failure."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("tcpdump", "dumpcap", "tshark"))):
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


@contextlib.contextmanager
def recorded(
    file: Path, *ports: int, options: tuple[str, ...] = (), interface: str = "lo", extra: str = ""
) -> Iterator[None]:
    """Record the packets to and from some ports into a pcap file; with `extra`, those of that filter too."""
    wanted = " or ".join([*(f"tcp port {port}" for port in ports), *([extra] if extra else [])])
    command = ["tcpdump", "-i", interface, "-n", "--immediate-mode", "-B", "65536", "-Z", "root", *options]
    log = file.with_suffix(".log")
    with log.open("wb") as err:
        recorder = subprocess.Popen([*command, "-w", str(file), wanted], stdin=subprocess.DEVNULL, stderr=err)
    try:
        _wait(recorder, log, b"listening on")
        yield
    finally:
        recorder.send_signal(signal.SIGINT)
        recorder.wait(10)


@contextlib.contextmanager
def recorded_ng(file: Path, *ports: int) -> Iterator[None]:
    """Record into a pcapng file, from two interfaces: loopback, and all of them."""
    wanted = " or ".join(f"tcp port {port}" for port in ports)
    log = file.with_suffix(".log")
    command = ["dumpcap", "-q", "-B", "64", "-i", "lo", "-f", wanted, "-i", "any", "-f", wanted, "-w", str(file)]
    with log.open("wb") as err:
        recorder = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=err)
    try:
        _wait(recorder, log, b"File:")
        yield
        time.sleep(0.5)  # dumpcap hands over what it caught a few times a second; stopped at once it loses the last
    finally:
        recorder.send_signal(signal.SIGINT)
        recorder.wait(10)


def _wait(recorder: subprocess.Popen[bytes], log: Path, mark: bytes) -> None:
    end = time.monotonic() + 10
    while mark not in log.read_bytes():
        assert recorder.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.01)


def tshark(file: Path, *arguments: str) -> list[list[str]]:
    """Give what tshark says of a file: a list of fields for each packet."""
    done = subprocess.run(["tshark", "-n", "-r", str(file), *arguments], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]
