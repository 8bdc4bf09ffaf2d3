"""The sync bench: `limner sync` beside a bare Pillow loop that makes the same renditions on all cores."""

from __future__ import annotations

import io
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bench import faces, ours
from bench.results import Section, Target
from bench.servers import open_folder, say
from limner.picture import LADDER, QUALITY

OPTIMISED = 160  # pixels: up to here limner gives a JPEG Huffman tables of its own
PLAIN_SHARE = 10  # the loop that starts every rung from the photo itself is slow, and asked for one in so many


@dataclass(slots=True)
class Cost:
    """What a run over so many photos took: seconds on the clock, and of processor time in all its processes."""

    photos: int = 0
    wall: float = 0
    cpu: float = 0

    @contextmanager
    def of(self, photos: int) -> Iterator[None]:
        """Add what the block takes; its processes must have ended with it."""
        wall, cpu = time.monotonic(), _children_seconds()
        yield
        self.photos += photos
        self.wall += time.monotonic() - wall
        self.cpu += _children_seconds() - cpu

    @property
    def rate(self) -> float:
        """Photos per second."""
        return self.photos / self.wall

    def row(self, name: str) -> list[str]:
        return [name, f"{self.wall:.2f}", f"{self.cpu:.1f}", f"{self.cpu / self.photos * 1e3:.2f}", f"{self.rate:,.0f}"]


def bench(*, people: int) -> Section:
    """Measure a first sync, a second one, and the bare loops. Raises BenchError."""
    photos = faces.folder_of(people, LADDER[-1])
    files = sorted(photos.iterdir())
    size = sum(len(file.read_bytes()) for file in files) // people  # and now all are in the page cache
    bare, plain, first, again = Cost(), Cost(), Cost(), Cost()
    with open_folder() as folder:
        file = ours.settings(folder / "limner.toml", library=folder / "library", photos=photos)
        # half of the bare loop before and half after, so that a machine that slows down does so for both
        _loop(same_renditions, files[: people // 2], bare)
        with first.of(people):
            ours.sync(file)
        _loop(same_renditions, files[people // 2 :], bare)
        with again.of(people):
            ours.sync(file)
        _loop(plain_renditions, files[::PLAIN_SHARE], plain)
    say(f"bare loop {bare.wall:.1f} s, sync {first.wall:.1f} s, again {again.wall:.2f} s")
    return Section(
        title="Sync",
        about=(
            f"{people:,} JPEGs of {LADDER[-1]} pixels and {size:,} bytes on average, {len(LADDER)} renditions each, on "
            f"{_cores()} cores. The bare loop decodes, resizes and encodes in the same steps as limner does, to the "
            "same bytes; it checks nothing, keeps to no ceiling, and stores nothing."
        ),
        headings=["run", "s", "CPU s", "CPU ms/photo", "photos/s"],
        rows=[
            bare.row("a bare Pillow loop, the same renditions"),
            first.row("`limner sync`, the first"),
            again.row("`limner sync`, nothing changed"),
            plain.row(f"a bare Pillow loop, Lanczos from the photo for each (1 in {PLAIN_SHARE})"),
        ],
        targets=[
            Target("rate of the first sync / the bare loop", first.rate / bare.rate, 0.8, at_least=True),
            Target("time of the second sync / the first", again.wall / first.wall, 0.02),
        ],
        notes=[f"Rate of the first sync / the Lanczos loop: {first.rate / plain.rate:.2f}; the recipes differ too."],
    )


def _loop(make: Callable[[Path], dict[int, bytes]], files: Sequence[Path], cost: Cost) -> None:
    """Run `make` over all files on all cores, adding to `cost`."""
    with cost.of(len(files)), multiprocessing.Pool(_cores()) as pool:
        for _ in pool.imap_unordered(_Sized(make), files, chunksize=16):
            pass
        pool.close()
        pool.join()


@dataclass(frozen=True, slots=True)
class _Sized:
    """Makes renditions and gives their size alone: sending them home would be work that a bare loop does not do."""

    make: Callable[[Path], dict[int, bytes]]

    def __call__(self, file: Path) -> int:
        return sum(map(len, self.make(file).values()))


def same_renditions(file: Path) -> dict[int, bytes]:
    """Make what limner makes of a photo as wide as one of the rungs, where no ceiling is reached: the same bytes."""
    with Image.open(file) as picture:
        picture.load()
        rungs = [rung for rung in LADDER if rung <= picture.width]
        made: dict[int, Image.Image] = {picture.width: picture}
        for rung in reversed(rungs[:-1]):
            start = made[min((larger for larger in made if larger >= 2 * rung), default=picture.width)]
            smooth = Image.Resampling.BICUBIC if 2 * rung > start.width else Image.Resampling.LANCZOS
            made[rung] = start.resize((rung, rung), smooth)
        return {rung: _jpeg(made[rung]) for rung in rungs}


def plain_renditions(file: Path) -> dict[int, bytes]:
    """Make a photo's renditions in the most obvious way: each from the photo itself, by Lanczos."""
    with Image.open(file) as picture:
        picture.load()
        return {rung: _jpeg(picture.resize((rung, rung), Image.Resampling.LANCZOS)) for rung in LADDER}


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=picture.width <= OPTIMISED)
    return out.getvalue()


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cores() -> int:
    return len(os.sched_getaffinity(0))
