"""Picture work on all cores: photos in, portraits out, in processes of their own.

A photo comes from anybody, and its decoder is a large program in C. So it is decoded in a process that has a bound on
memory and time, and when one dies the run goes on: the photo that killed it is found and named.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from limner.errors import PictureError
from limner.picture import Limits, Portrait, portrait
from limner.sources import Found, Loaded

AHEAD = 4  # photos under way for each process: keeps them busy, and bounds what waits in memory

Made = tuple[Found, "Portrait | PictureError"]
Maker = Callable[[Path | bytes, Limits], Portrait]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use: bytes of address space, and seconds for one photo (a usual one takes 0.02)."""

    memory: int = 4 << 30  # 60 million pixels and their copies need about 1 GB
    seconds: float = 60


def make_all(
    wanted: Iterable[Found], workers: int, limits: Limits, *, bounds: Bounds = Bounds(), maker: Maker = portrait
) -> Iterator[Made]:
    """Yield each person with their portrait, or with why there is none; `workers` 0 is one for each core.

    `wanted` is read only as far as there are hands free. No process is started when it is empty.
    """
    count = workers or len(os.sched_getaffinity(0))
    job = Job(maker, limits, bounds.seconds)
    todo = iter(wanted)
    suspects: list[Found] = []
    while True:
        with _pool(count, bounds) as pool:
            yield from _run(pool, job, todo, count * AHEAD, suspects)
        if not suspects:
            return
        for found in suspects:
            yield found, _alone(found, job, bounds)
        suspects = []


@dataclass(frozen=True, slots=True)
class Job:
    """What a process of the pool does with a photo."""

    maker: Maker
    limits: Limits
    seconds: float

    def __call__(self, photo: Path | bytes) -> Portrait | PictureError:
        # The first timer interrupts between two steps of the decoder. The second, which counts the process's own time,
        # is for a step that does not end: nobody handles its signal, so it ends the process.
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        signal.setitimer(signal.ITIMER_PROF, self.seconds * 1.2)
        try:
            return self.maker(photo, self.limits)
        except PictureError as why:
            return why
        except TimeoutError:
            return PictureError(f"decoding it takes longer than {self.seconds:g} s")
        except MemoryError:
            return PictureError("decoding it takes more memory than a photo may")
        except Exception as why:  # noqa: BLE001  (one photo's surprise must not end the run)
            return PictureError(f"it cannot be decoded ({type(why).__name__}: {str(why)[:120]})")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)


def _run(
    pool: ProcessPoolExecutor, job: Job, todo: Iterator[Found], ahead: int, suspects: list[Found]
) -> Iterator[Made]:
    """Feed a pool until there is no more to do, or it breaks: then `suspects` are those that it had in hand."""
    under_way: deque[tuple[Found, Future[Portrait | PictureError]]] = deque()
    broken = False
    while True:
        while not broken and len(under_way) < ahead and (found := next(todo, None)) is not None:
            try:
                under_way.append((found, pool.submit(job, at_hand(found))))
            except BrokenProcessPool:
                suspects.append(found)
                broken = True
        if not under_way:
            return
        found, future = under_way.popleft()
        try:
            yield found, future.result()
        except BrokenProcessPool:
            suspects.append(found)
            broken = True


def _alone(found: Found, job: Job, bounds: Bounds) -> Portrait | PictureError:
    """Make one portrait in a process that nobody shares."""
    with _pool(1, bounds) as pool:
        try:
            return pool.submit(job, at_hand(found)).result()
        except BrokenProcessPool:
            return PictureError("the picture brings its decoder down")


class DecoderDownError(PictureError):
    """The process that decoded the picture died of it; perhaps of something else, such as a lack of memory."""


class Workshop:
    """One process that makes pictures one by one, and stays; a new one takes its place when a photo brings it down.

    Several threads may ask; each waits its turn.
    """

    def __init__(self, limits: Limits, *, bounds: Bounds = Bounds(), maker: Maker = portrait) -> None:
        self._job = Job(maker, limits, bounds.seconds)
        self._bounds = bounds
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def make(self, photo: bytes) -> Portrait | PictureError:
        """Make a portrait, or say why there is none."""
        with self._lock:
            self._pool = self._pool or _pool(1, self._bounds)
            try:
                return self._pool.submit(self._job, photo).result()
            except BrokenProcessPool:
                self._pool.shutdown()
                self._pool = None
                return DecoderDownError("the picture brings its decoder down")

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown()
                self._pool = None


def at_hand(found: Found) -> Path | bytes:
    """Give the photo of somebody who has one that need not be fetched: its file or its bytes."""
    assert isinstance(found.photo, Path | Loaded)
    return found.photo.data if isinstance(found.photo, Loaded) else found.photo


def _pool(workers: int, bounds: Bounds) -> ProcessPoolExecutor:
    # not forked from here: this process may have threads (the progress bar), and holds the library open
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(bounds.memory,))


def _start(memory: int) -> None:
    """Prepare a process of the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes; it ends the pool in order
    signal.signal(signal.SIGALRM, _too_long)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if most == resource.RLIM_INFINITY else min(memory, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a decoder had in memory when it died is nobody's business


def _end_with_parent() -> None:
    """End this process when its parent was killed: nobody would ever give it work or end it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError
