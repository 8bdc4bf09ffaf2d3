"""Fakes a service manager: sockets and messages after sd_listen_fds(3) and sd_notify(3) of systemd 252."""

import fcntl
import os
import re
import socket
import subprocess
import sys

from .house import Served

# LISTEN_PID is the pid of the process that limner will be; the descriptors begin at 3
HAND_OVER = """
at=3; for fd in $SOCKETS; do eval "exec $at<&$fd"; at=$((at + 1)); done
[ -z "$SOCKETS" ] || export LISTEN_FDS=$((at - 3)) LISTEN_PID=$$ LISTEN_FDNAMES=limner.socket
[ -z "$WATCHDOG_USEC" ] || export WATCHDOG_PID=$$
exec "$@"
"""


class Managed(Served):
    """`limner serve` as a service: with sockets handed over, and somebody who listens to what it tells."""

    def __init__(self, folder, text="", *, sockets=(), watchdog=None, command=None, **options):
        super().__init__(folder, text, **options)
        self.sockets = sockets
        self.watchdog = watchdog
        self.command = command or [sys.executable, "-m", "limner", "serve", "-c", str(self.file)]
        self.messages = []

    def __enter__(self):
        path = self.folder / "notify"
        path.unlink(missing_ok=True)
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(str(path))
        self.ear.settimeout(20)
        high = [fcntl.fcntl(sock, fcntl.F_DUPFD_CLOEXEC, 20) for sock in self.sockets]  # clear of 3 and those behind
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "NOTIFY_SOCKET": str(path),
            "SOCKETS": " ".join(map(str, high)),
            "WATCHDOG_USEC": str(int(self.watchdog * 1e6)) if self.watchdog else "",
        }
        self.process = subprocess.Popen(
            ["bash", "-c", HAND_OVER, "bash", *self.command],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=env,
            pass_fds=high,
        )
        for fd in high:
            os.close(fd)
        return self

    def __exit__(self, *exc):
        try:
            super().__exit__(*exc)
        finally:
            self.ear.close()

    def told(self, pattern):
        """Wait until a message to the service manager has this line."""
        while True:
            message = self.ear.recv(65536).decode()
            self.messages.append(message)
            if found := re.search(f"^{pattern}$", message, re.MULTILINE):
                return found
