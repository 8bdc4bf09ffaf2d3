"""bench/RESULTS.md, written from what was measured: nobody edits it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import peers

FILE = Path(__file__).with_name("RESULTS.md")
LIBRARIES = ("httptools", "lmdb", "pillow", "uvloop")


@dataclass(frozen=True, slots=True)
class Target:
    """What the bench is to show: a value that must be at most, or at least, its bound."""

    claim: str
    value: float
    bound: float
    at_least: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def row(self) -> list[str]:
        relation = "at least" if self.at_least else "at most"
        return [
            self.claim,
            f"{self.value:.3g}{self.unit}",
            f"{relation} {self.bound:g}{self.unit}",
            "met" if self.met else "**missed**",
        ]


@dataclass(slots=True)
class Section:
    """One bench: what was done, what came out, and what that was to be."""

    title: str
    about: str
    headings: Sequence[str]
    rows: list[list[str]]
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def render(sections: Sequence[Section], command: str) -> str:
    """Give the whole page, in Markdown; `command` is what was run."""
    parts = ["# Results", f"Written by `{command}`; not to be edited.", _machine()]
    for section in sections:
        parts += [f"## {section.title}", section.about, _table(section.headings, section.rows)]
        if section.targets:
            rows = [target.row() for target in section.targets]
            parts.append(_table(["target", "measured", "wanted", ""], rows))
        if section.notes:
            parts.append("\n".join(f"- {note}" for note in section.notes))
    return "\n\n".join(parts) + "\n"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [list(headings), ["---", *("---:" for _ in headings[1:])], *map(list, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _machine() -> str:
    versions = {"Python": platform.python_version(), **peers.versions()}
    for name in LIBRARIES:
        versions[name] = importlib.metadata.version(name)
    rows = [
        ["date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")],
        ["processor", f"{_processor()}, {len(os.sched_getaffinity(0))} cores"],
        ["kernel", f"{platform.system()} {platform.release()}"],
        ["versions", ", ".join(f"{name} {version}" for name, version in versions.items())],
    ]
    return "\n".join(["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)])


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
