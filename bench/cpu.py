"""What a server costs: processor time and memory of its whole process tree, read from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a process tree, in bytes.

    `own` is anonymous memory, pages that processes share counted once; `file` is mapped files, a library's pages in
    the page cache among them; `largest` is the anonymous memory of the largest process, shared pages included.
    """

    own: int
    file: int
    largest: int


def cpu_seconds(root: int) -> float:
    """Give the user and system time (s) that a process, its descendants, and those they have outlived have used."""
    return sum(_Stat.read(pid).ticks for pid in tree(root)) * TICK


def memory(root: int) -> Memory:
    """Give the memory of a process and its descendants."""
    rolled = [_rollup(pid) for pid in tree(root)]
    return Memory(
        own=sum(one.get("Pss_Anon", one.get("Anonymous", 0)) for one in rolled),
        file=sum(one.get("Pss_File", 0) + one.get("Pss_Shmem", 0) for one in rolled),
        largest=max((one.get("Anonymous", 0) for one in rolled), default=0),
    )


def tree(root: int) -> list[int]:
    """Give a process and all its living descendants."""
    children: dict[int, list[int]] = {}
    for stat in _all_stats():
        children.setdefault(stat.parent, []).append(stat.pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


@dataclass(frozen=True, slots=True)
class _Stat:
    pid: int
    parent: int
    ticks: int

    @classmethod
    def read(cls, pid: int) -> _Stat:
        """Read /proc/PID/stat; a process that has just ended counts as nothing (its parent has its time)."""
        try:
            text = (PROC / str(pid) / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return cls(pid, 0, 0)
        fields = text[text.rindex(")") + 2 :].split()  # the name may hold spaces and brackets
        return cls(pid, int(fields[1]), sum(map(int, fields[11:15])))


def _all_stats() -> Iterator[_Stat]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            yield _Stat.read(int(entry.name))


def _rollup(pid: int) -> dict[str, int]:
    """Read /proc/PID/smaps_rollup: name -> bytes."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    except (OSError, ProcessLookupError):
        return {}
    return {name: int(value.split()[0]) * 1024 for name, value in (line.split(":", 1) for line in lines)}
