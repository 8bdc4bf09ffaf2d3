"""Access log and audit trail: JSON lines, gathered by the door, written by a thread.

The door only appends to a list. The thread writes what has gathered several times a second, so that a slow disk slows
nobody down; when more gathers than `WAITING` lines, the latest are dropped, and the file says how many. A file that was
moved away (logrotate) is opened anew.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from limner.errors import ServeError

WAITING = 200_000  # lines
EVERY = 0.05  # seconds; what gathers is small then, and holds nobody up while it is put together


class Log:
    """A file of lines; "-" is standard output. Raises ServeError if it cannot be opened."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: list[bytes] = []
        self._lost = 0  # lines
        self._torn = False  # the file ends within a line
        self._fd = -1
        self._where: tuple[int, int] | None = None
        self._stop = threading.Event()
        self._open()
        self._thread = threading.Thread(target=self._run, name=f"log {file}", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        if self.file == "-":
            self._fd = sys.stdout.fileno()
            return
        try:
            path = Path(self.file)
            path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as why:
            raise ServeError(
                f"cannot write the log {self.file}: {why.strerror}",
                hint="`[log]` names it; the user that limner runs as must be able to write there",
            ) from None
        if self._fd >= 0:
            os.close(self._fd)
        stat = os.fstat(fd)
        self._fd, self._where = fd, (stat.st_dev, stat.st_ino)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.flush()
        self.flush()

    def bound(self) -> None:
        """Drop what is too much to keep, when the file cannot be written as quickly as lines come."""
        over = len(self.lines) - WAITING
        if over > 0:
            del self.lines[WAITING:]
            self._lost += over

    def flush(self) -> None:
        """Write what has gathered; what cannot be written is lost, the door goes on."""
        count = len(self.lines)
        if not count:
            return
        data = b"\n" * self._torn + b"".join(self.lines[:count])
        del self.lines[:count]  # not a new list: the door may be about to append to this one
        if self._lost:
            data += json.dumps({"lost_lines": self._lost}).encode() + b"\n"
            self._lost = 0
        try:
            self._reopen_if_moved()
            while data:
                written = os.write(self._fd, data)
                self._torn = data[written - 1 : written] != b"\n"
                data = data[written:]
        except (OSError, ServeError):
            return

    def _reopen_if_moved(self) -> None:
        if self._where is None:
            return
        try:
            stat = os.stat(self.file)  # noqa: PTH116  (the pair that fstat gives)
        except FileNotFoundError:
            self._open()
            return
        if (stat.st_dev, stat.st_ino) != self._where:
            self._open()

    def close(self) -> None:
        """Write the rest and end the thread."""
        self._stop.set()
        self._thread.join(5)
        if self._where is not None and not self._thread.is_alive():
            os.close(self._fd)


def text(value: str) -> bytes:
    """Write a text as JSON, in ASCII: no line of a log can be broken by what a visitor sends."""
    return json.dumps(value).encode("ascii")
