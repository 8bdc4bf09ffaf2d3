"""Records what passes on loopback with tcpdump or dumpcap, while a block runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
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
def recorded(file: Path, *ports: int, only: str = "", options: tuple[str, ...] = ()) -> Iterator[None]:
    """Record the packets to and from some ports into a pcap file; `only` is a filter of tcpdump's own instead."""
    wanted = only or " or ".join(f"tcp port {port}" for port in ports)
    command = ["tcpdump", "-i", "lo", "-n", "-U", "--immediate-mode", "-B", "65536", "-Z", "root", *options]
    with _recording([*command, "-w", str(file), f"({wanted}) or {_MARKED}"], file, b"listening on"):
        yield


@contextlib.contextmanager
def recorded_ng(file: Path, *ports: int) -> Iterator[None]:
    """Record into a pcapng file, from two interfaces: loopback, and all of them."""
    wanted = f"({' or '.join(f'tcp port {port}' for port in ports)}) or {_MARKED}"
    command = [
        "dumpcap",
        "-q",
        "-B",
        "64",
        "-C",
        "100000000",
        "-N",
        "100000",
        "-i",
        "lo",
        "-f",
        wanted,
        "-i",
        "any",
        "-f",
        wanted,
        "-w",
        str(file),
    ]
    with _recording(command, file, b"File:", marks=2):
        yield


_MARKED = "(udp dst port 9 and dst host 127.0.0.9)"


@contextlib.contextmanager
def _recording(command: list[str], file: Path, ready: bytes, marks: int = 1) -> Iterator[None]:
    """Record while the block runs, and until a packet that is sent after it has been written."""
    log = file.with_suffix(".log")
    with log.open("wb") as err:
        recorder = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=err)
    try:
        _wait(recorder, log, ready)
        yield
        mark = os.urandom(16)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(mark, ("127.0.0.9", 9))
        _wait(recorder, file, mark, marks)
    finally:
        recorder.send_signal(signal.SIGINT)
        recorder.wait(10)


def _wait(recorder: subprocess.Popen[bytes], file: Path, mark: bytes, marks: int = 1) -> None:
    end = time.monotonic() + 10
    while not file.exists() or file.read_bytes().count(mark) < marks:
        assert recorder.poll() is None, file
        assert time.monotonic() < end, file
        time.sleep(0.01)


def tshark(file: Path, *arguments: str) -> list[list[str]]:
    """Give what tshark says of a file: a list of fields for each packet."""
    done = subprocess.run(["tshark", "-n", "-r", str(file), *arguments], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]
