"""The scale bench: a library of a million people beside one of ten thousand, photos of the same size in both."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from bench import contest, ours
from bench.contest import Contender
from bench.fill import fill
from bench.load import Load, Visitor
from bench.results import Section, Target
from bench.servers import BenchError, Server, open_folder, say

FEW = 10_000
SIZES = (1_000, 3_000)  # bytes of a photo


def bench(*, people: int, rounds: int, seconds: float) -> Section:
    """Measure the door at `people` beside 10,000. Raises BenchError."""
    few = min(FEW, people)
    with open_folder() as folder, ExitStack() as running:
        contenders, ready = [], {}
        for count, size in ((few, "few"), (people, "many")):
            library = folder / f"library-{size}"
            fill(library, count, SIZES)
            _into_page_cache(library)
            name = f"limner, {count:,} people"
            start = time.monotonic()
            server = running.enter_context(ours.served(name, folder / f"ours-{size}", library=library))
            _ask_once(server, count - 1)
            ready[name] = time.monotonic() - start
            say(f"{name}: the first photo after {ready[name]:.2f} s")
            contenders.append(Contender(name, server, Load(count)))
        figures = contest.hold(contenders, rounds=rounds, seconds=seconds)
    at_few, at_many = figures.values()
    many = contenders[-1].name
    return Section(
        title="A million people",
        about=(
            f"The same photos' size in both libraries ({SIZES[0]:,} to {SIZES[1]:,} bytes), both in the page cache. "
            "A worker's own memory is its anonymous memory; mapped files are the library's pages in the page cache."
        ),
        headings=[*contest.HEADINGS, "largest process MB", "ready after s"],
        rows=[
            [*contest.row(name, one), f"{one.memory.largest / 1e6:.0f}", f"{ready[name]:.2f}"]
            for name, one in figures.items()
        ],
        targets=[
            Target(f"rate, {many} / {few:,}", contest.ratio(at_many.rate, at_few.rate), 0.8, at_least=True),
            Target("a worker's own memory", at_many.memory.largest / 1e6, 150, unit=" MB"),
            Target("from start to the first photo", ready[many], 2, unit=" s"),
        ],
        notes=[f"CPU per photo, {many} / {few:,}: {contest.ratio(at_many.cpu, at_few.cpu):.2f}"],
    )


def _into_page_cache(library: Path) -> None:
    with (library / "data.mdb").open("rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def _ask_once(server: Server, face: int) -> None:
    visitor = Visitor(server.port)
    status, _, _ = visitor.ask(face)
    visitor.close()
    if status != 200:
        raise BenchError(f"{server.name} answers {status} for the last person's photo")
