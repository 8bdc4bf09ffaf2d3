"""Machines on one: network namespaces, each with a cable to a switch in a namespace of its own. Needs root.

All of it goes when the processes that hold the namespaces end, and they end with this one, even by SIGKILL.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

Done = TypeVar("Done")
CLONE_NEWNET = 0x40000000  # sched.h
_setns = ctypes.CDLL(None, use_errno=True).setns  # Python has it from 3.12 on


class Namespace:
    """A network namespace, held by a process that does nothing."""

    def __init__(self) -> None:
        self._holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "sleep", "infinity"], stdin=subprocess.DEVNULL
        )
        self.pid = self._holder.pid
        self.path = f"/proc/{self.pid}/ns/net"
        end = time.monotonic() + 10
        while not Path(self.path).exists() or Path(self.path).readlink() == Path("/proc/self/ns/net").readlink():
            assert self._holder.poll() is None
            assert time.monotonic() < end, "no network namespace could be made"
            time.sleep(0.002)
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *command: str) -> list[str]:
        """Give a command that runs another one in here."""
        return ["nsenter", f"--net={self.path}", "--", *command]

    def run(self, *command: str) -> None:
        subprocess.run(self.command(*command), check=True, capture_output=True)

    def close(self) -> None:
        self._holder.kill()
        self._holder.wait()


class Machine(Namespace):
    """A namespace with an address, and a cable that can be pulled or be thin."""

    def __init__(self, switch: Namespace, port: str, address: str) -> None:
        super().__init__()
        self.address = address
        self._switch = switch
        self._port = port  # the switch's end of the cable
        self._threads = ThreadPoolExecutor(4, initializer=_enter, initargs=(self.path,))
        switch.run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", str(self.pid))
        switch.run("ip", "link", "set", port, "master", "switch", "up")
        self.run("ip", "address", "add", f"{address}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")

    def cut(self) -> None:
        """Pull the cable: what is sent is lost, and nobody is told."""
        self._switch.run("ip", "link", "set", self._port, "down")

    def join(self) -> None:
        """Put it in again."""
        self._switch.run("ip", "link", "set", self._port, "up")

    def slow(self, kbit: int) -> None:
        """Let through only so many kbit/s, both ways."""
        thin = ("root", "tbf", "rate", f"{kbit}kbit", "burst", "16kb", "latency", "2s")
        self._switch.run("tc", "qdisc", "replace", "dev", self._port, *thin)
        self.run("tc", "qdisc", "replace", "dev", "eth0", *thin)

    def quick(self) -> None:
        """Let everything through again."""
        self._switch.run("tc", "qdisc", "delete", "dev", self._port, "root")
        self.run("tc", "qdisc", "delete", "dev", "eth0", "root")

    def do(self, work: Callable[[], Done]) -> Done:
        """Do something in a thread whose sockets are this machine's."""
        return self._threads.submit(work).result(30)

    def close(self) -> None:
        self._threads.shutdown()
        super().close()


class Network:
    """A switch, and this process at it; `with` ends all."""

    def __init__(self) -> None:
        taken = subprocess.run(["ip", "-o", "address"], check=True, capture_output=True, text=True).stdout
        # 198.18.0.0/15 is for tests of networks (RFC 2544)
        start = os.getpid() % 200
        self.prefix = next(
            prefix for at in range(200) if f" {(prefix := f'198.18.{(start + at) % 200}')}." not in taken
        )
        self.switch = Namespace()
        self.machines: list[Machine] = []
        self.address = self._address(1)
        self._ours = f"lim{os.getpid()}"
        try:
            self.switch.run("ip", "link", "add", "switch", "type", "bridge")
            self.switch.run("ip", "link", "set", "switch", "up")
            self.switch.run(
                "ip", "link", "add", "office", "type", "veth", "peer", "name", self._ours, "netns", str(os.getpid())
            )
            self.switch.run("ip", "link", "set", "office", "master", "switch", "up")
            for command in (
                ["ip", "address", "add", f"{self.address}/24", "dev", self._ours],
                ["ip", "link", "set", self._ours, "up"],
            ):
                subprocess.run(command, check=True, capture_output=True)
        except BaseException:
            self.switch.close()
            raise

    def machine(self) -> Machine:
        at = len(self.machines) + 2
        made = Machine(self.switch, f"port{at}", self._address(at))
        self.machines.append(made)
        return made

    def _address(self, at: int) -> str:
        return f"{self.prefix}.{at}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        for machine in self.machines:
            machine.close()
        self.switch.close()


def _enter(path: str) -> None:
    """Move this thread into a namespace: sockets that it makes belong there."""
    with open(path) as there:
        if _setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {path}")
