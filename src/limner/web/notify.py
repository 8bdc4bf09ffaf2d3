"""Tells the service manager how the door is, after sd_notify(3): ready, reloading, stopping, alive."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import MutableMapping


class Notify:
    """The way to the service manager; where there is none, nothing is told."""

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        """Take the way from `environment`, and out of it: the workers have nothing to tell."""
        self._status = ""  # what was told when the door was opened
        self.path = environment.pop("NOTIFY_SOCKET", "")
        mine = environment.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        limit = environment.pop("WATCHDOG_USEC", "")
        self.watchdog_seconds: float | None = None
        """Seconds within which `alive` has to be told again; None: nobody waits for it."""
        if self.path and mine and limit.isdecimal() and 0 < int(limit) < 1 << 63:
            self.watchdog_seconds = int(limit) / 1e6

    def ready(self, status: str) -> None:
        """Tell that the door is open; `status` is a line for people."""
        self._status = status
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Tell that new settings are being taken, until `reloaded`."""
        if self._status:
            self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def reloaded(self) -> None:
        """Tell that the door is as ready as it was before `reloading`."""
        if self._status:
            self.ready(self._status)

    def stopping(self) -> None:
        """Tell that the door is being closed."""
        self._status = ""
        self._tell("STOPPING=1", "STATUS=open requests end")

    def alive(self) -> None:
        """Tell that the door lives."""
        self._tell("WATCHDOG=1")

    def _tell(self, *lines: str) -> None:
        if not self.path:
            return
        address = "\0" + self.path[1:] if self.path.startswith("@") else self.path
        # who listens there may be gone, and a door must not fail, or wait, for that
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto("\n".join(lines).encode("utf-8"), address)
