"""The bench of pictures made together: a first sync of a shared library by one machine, and with another's help."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.shared_servers import Postgres
from tests.shared_servers.postgres import BINARIES

from bench import faces
from bench.ours import LIMNER
from bench.results import Section, Target
from bench.servers import BenchError, cores, open_folder, say
from bench.sync import Cost
from limner.library import open_library
from limner.picture import LADDER
from limner.settings import Shared, SharedPlace

PATIENCE = 60.0  # seconds


def bench(*, people: int, rounds: int) -> Section:
    """Measure first syncs with one worker and with two, by turns. Raises BenchError."""
    if not BINARIES:
        raise BenchError("PostgreSQL is not installed: `make servers` does that")
    photos = faces.folder_of(people, LADDER[-1])
    alone, helped, helping = Cost(), Cost(), Cost()
    made = 0
    mine, other = cores()
    with open_folder() as folder, Postgres() as server:
        for number in range(rounds):
            place = SharedPlace(server.fresh(), f"file://{folder}/store{number}", Shared())
            with alone.of(people):
                _sync(place, folder, photos, mine)
            place = SharedPlace(server.fresh(), f"file://{folder}/stock{number}", Shared())
            open_library(place, create=True).close()
            with _worker(place, folder, photos, other) as worker, helped.of(people):
                _sync(place, folder, photos, mine)
            with helping.of(people):
                made += _end(worker)
            say(f"round {number + 1}: {alone.rate:.1f}/s alone, {helped.rate:.1f}/s with another")
    busiest = max(helped.cpu, helping.cpu)
    ratio = helped.rate / alone.rate
    clock = f"By the clock, two had {ratio:.2f} of the rate of one; that says something on a quiet machine only."
    return Section(
        title="Pictures made together",
        about=(
            f"{people:,} JPEGs of {LADDER[-1]} pixels into a library in PostgreSQL, its pictures in a folder. One "
            "worker is `limner sync` with one process, on one core; two are the same and `limner work` with one "
            "process on another core. PostgreSQL, on both, is not counted in processor time."
        ),
        headings=["run", "s", "CPU s", "CPU ms/photo", "photos/s"],
        rows=[
            alone.row("`limner sync` alone"),
            helped.row("`limner sync`, helped"),
            helping.row("`limner work` meanwhile: from its start"),
        ],
        targets=[
            Target("processor time of one / of the busier of two", alone.cpu / busiest, 1.7, at_least=True),
        ],
        notes=[f"`limner work` made {made / people / rounds:.0%} of the pictures. {clock}"],
    )


def _settings(place: SharedPlace, folder: Path, photos: Path) -> Path:
    file = folder / "limner.toml"
    file.write_text(
        f'library = "{place.url}"\npictures = "{place.pictures}"\n[sync]\nworkers = 1\n'
        f'[[source]]\nkind = "folder"\npath = "{photos}"\nname = "photos"\n'
    )
    return file


def _sync(place: SharedPlace, folder: Path, photos: Path, core: int) -> None:
    said = _limner(core, "sync", "--config", str(_settings(place, folder, photos))).communicate()
    if f"{sum(1 for _ in photos.iterdir())} added" not in said[0]:
        raise BenchError(f"the sync said: {''.join(said)[:300]}")


@contextmanager
def _worker(place: SharedPlace, folder: Path, photos: Path, core: int) -> Iterator[subprocess.Popen[str]]:
    """Run `limner work`, and wait until it has begun; whoever asked for it ends it."""
    worker = _limner(core, "work", "--config", str(_settings(place, folder, photos)))
    library = open_library(place, readonly=True)
    queue = library.queue()
    assert queue is not None
    try:
        end = time.monotonic() + PATIENCE
        while not queue.hands():
            if worker.poll() is not None or time.monotonic() > end:
                raise BenchError("`limner work` does not begin")
            time.sleep(0.05)
        yield worker
    except BaseException:
        worker.kill()
        worker.communicate()
        raise
    finally:
        queue.close()
        library.close()


def _end(worker: subprocess.Popen[str]) -> int:
    """End it, and give of how many photos it made the pictures."""
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=PATIENCE)
    return int(said.rpartition("made the pictures of ")[2].split()[0])


def _limner(core: int, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [LIMNER, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
