"""Picture work on all cores: files in, portraits out, in processes of their own.

A photo comes from anybody, and its decoder is a large program in C. So it is decoded in a process that has a bound on
memory and time, and when one dies the run goes on: the photo that killed it is found and named.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import FrameType

from limner.errors import PictureError
from limner.picture import Limits, Portrait, portrait
from limner.sources import Found

MEMORY = 4 << 30  # bytes of address space for a process; 60 million pixels and their copies need about 1 GB
SECONDS = 60  # for one photo; a usual one takes 0.02
AHEAD = 4  # photos under way for each process: keeps them busy, and bounds what waits in memory

Made = tuple[Found, "Portrait | PictureError"]


def make_all(wanted: Iterable[Found], workers: int, limits: Limits) -> Iterator[Made]:
    """Yield each person with their portrait, or with why there is none; `workers` 0 is one for each core."""
    count = workers or len(os.sched_getaffinity(0))
    suspects: list[Found] = []
    todo = iter(wanted)
    while True:
        with _pool(count, limits) as pool:
            yield from _run(pool, todo, count * AHEAD, suspects)
        if not suspects:
            return
        for found in suspects:
            yield found, _alone(found, limits)
        suspects = []


def _run(pool: ProcessPoolExecutor, todo: Iterator[Found], ahead: int, suspects: list[Found]) -> Iterator[Made]:
    """Feed a pool until there is no more to do, or it breaks: then `suspects` are those that it had in hand."""
    under_way: deque[tuple[Found, Future[Portrait | PictureError]]] = deque()
    broken = False
    while True:
        while not broken and len(under_way) < ahead and (found := next(todo, None)) is not None:
            try:
                under_way.append((found, pool.submit(_make, str(found.photo))))
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


def _alone(found: Found, limits: Limits) -> Portrait | PictureError:
    """Make one portrait in a process that nobody shares."""
    with _pool(1, limits) as pool:
        try:
            return pool.submit(_make, str(found.photo)).result()
        except BrokenProcessPool:
            return PictureError("the picture brings its decoder down")


def _pool(workers: int, limits: Limits) -> ProcessPoolExecutor:
    # not forked from here: this process may have threads (the progress bar), and holds the library open
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(limits,))


_limits = Limits()


def _start(limits: Limits) -> None:
    """Prepare a process of the pool."""
    global _limits
    _limits = limits
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes; it ends the pool in order
    signal.signal(signal.SIGALRM, _too_long)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise PictureError(f"decoding it takes longer than {SECONDS} s")


def _make(file: str) -> Portrait | PictureError:
    from pathlib import Path

    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        return portrait(Path(file), _limits)
    except PictureError as why:
        return why
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
