"""Measuring several servers side by side: each in turn, round after round, and the middle of the rounds counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.cpu import Memory, cpu_seconds, memory
from bench.load import Load, run
from bench.servers import Server, say

WARM_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Contender:
    """A server under a certain load."""

    name: str
    server: Server
    load: Load


@dataclass(slots=True)
class Figures:
    """What was measured of one contender, a value for each round.

    `cpu`: microseconds of the server's processor time for each answer; `rate`: answers per second; `p50`, `p99`:
    microseconds until the answer was whole; `size`: bytes of an answer with its head; `memory`: at the end.
    """

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p50: list[int] = field(default_factory=list)
    p99: list[int] = field(default_factory=list)
    size: list[float] = field(default_factory=list)
    memory: Memory = field(default_factory=lambda: Memory(0, 0, 0))

    @property
    def busy(self) -> list[float]:
        """The share of its core that the server had, by round; well below 1, something else was in its way."""
        return [cpu * rate / 1e6 for cpu, rate in zip(self.cpu, self.rate, strict=True)]


def hold(contenders: Sequence[Contender], *, rounds: int, seconds: float) -> dict[str, Figures]:
    """Measure every contender in every round, and give the figures by name. Raises BenchError if a request failed."""
    figures = {one.name: Figures() for one in contenders}
    for one in contenders:
        run(one.server, one.load, seconds=WARM_SECONDS)
    for number in range(1, rounds + 1):
        for one in contenders:
            _measure(one, figures[one.name], seconds)
            last = figures[one.name]
            say(f"round {number}: {one.name}: {last.cpu[-1]:.1f} us, {last.rate[-1]:,.0f}/s")
    for one in contenders:
        figures[one.name].memory = memory(one.server.pid)
    return figures


def _measure(one: Contender, figures: Figures, seconds: float) -> None:
    before = cpu_seconds(one.server.pid)
    answered = run(one.server, one.load, seconds=seconds)
    used = cpu_seconds(one.server.pid) - before
    figures.cpu.append(used / answered.requests * 1e6)
    figures.rate.append(answered.rate)
    figures.p50.append(answered.p50)
    figures.p99.append(answered.p99)
    figures.size.append(answered.bytes / answered.requests)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Give ours divided by theirs, round by round, the middle one: noise that a round shares cancels out."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def cheapest(figures: dict[str, Figures], start: str) -> str | None:
    """Give the name with the least processor time among those that begin with `start`; None if there is none."""
    return min(
        (name for name in figures if name.startswith(start)), key=lambda name: median(figures[name].cpu), default=None
    )


def row(name: str, figures: Figures) -> list[str]:
    """Give a contender's row under the headings of `HEADINGS`."""
    used = figures.memory
    return [
        name,
        f"{median(figures.cpu):.1f}",
        f"{median(figures.rate):,.0f}",
        f"{median(figures.busy):.0%}",
        f"{median(figures.p50) / 1000:.2f}",
        f"{median(figures.p99) / 1000:.2f}",
        f"{used.own / 1e6:.0f}",
        f"{used.file / 1e6:.0f}",
    ]


HEADINGS = ["server", "CPU us/answer", "answers/s", "of a core", "p50 ms", "p99 ms", "own MB", "mapped files MB"]
