"""Photos that are elsewhere: a few are fetched at a time, and what fails is tried again before it is given up."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from limner.errors import PictureError, SourceError
from limner.sources import Found, Remote, Source

PAUSES = (0.5, 2.0, 8.0)
"""Seconds before each further try."""

GIVE_UP = 5
"""After so many photos in a row that could not be had, the source counts as down and is left alone until next time."""

Fetched = tuple[Found, bytes | PictureError | SourceError | None]


def fetch_all(wanted: Iterable[Found], source: Source, limit: int) -> Iterator[Fetched]:
    """Yield each person whose photo is `Remote` with its bytes, with why it is none, or None where there is none.

    `source.parallel` are fetched at once, and `wanted` is read only that far ahead. No thread is started when it is
    empty. `limit`: bytes of a photo, at most.
    """
    todo = iter(wanted)
    first = next(todo, None)
    if first is None:
        return
    job = _Job(source, limit)
    under_way: deque[tuple[Found, Future[bytes | PictureError | SourceError | None]]] = deque()
    pool = ThreadPoolExecutor(source.parallel, thread_name_prefix="fetch")
    try:
        found: Found | None = first
        while found is not None or under_way:
            while found is not None and len(under_way) < 2 * source.parallel:
                under_way.append((found, pool.submit(job, found)))
                found = next(todo, None)
            asked, future = under_way.popleft()
            yield asked, future.result()
    finally:
        job.stopped.set()
        pool.shutdown(cancel_futures=True)


class _Job:
    """What a thread does for one person."""

    def __init__(self, source: Source, limit: int) -> None:
        self.source = source
        self.limit = limit
        self.stopped = threading.Event()
        self.down: SourceError | None = None
        self._failed = 0
        self._lock = threading.Lock()

    def __call__(self, found: Found) -> bytes | PictureError | SourceError | None:
        assert isinstance(found.photo, Remote)
        for pause in (*PAUSES, None):
            if self.down is not None:
                return self.down
            try:
                got = self.source.fetch(found, self.limit)
            except PictureError as why:
                return why
            except SourceError as why:
                if pause is None or self.stopped.wait(pause):
                    self._note_failure(why)
                    return why
            else:
                with self._lock:
                    self._failed = 0
                return got
        raise AssertionError

    def _note_failure(self, why: SourceError) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= GIVE_UP:
                self.down = why
