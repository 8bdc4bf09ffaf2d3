"""Picture work on all machines: photos into the queue of a shared library, and out of it what became of them.

The sync's own machine has hands too, so that a first sync goes on when all others are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from limner.errors import PictureError
from limner.library.engine import Asked, Queue
from limner.settings import Settings
from limner.sources import Found, Loaded
from limner.sync.hands import Hands

AHEAD = 12  # photos under way for each hand there is
MOST = 1000  # at all: so many originals lie in the store at once
STEP = 32  # photos that are put into the queue at once
WAIT_SECONDS = 0.5  # until it is looked whether more are done, where no word comes

Outcome = tuple[Found, "bytes | PictureError"]
"""Somebody, with the digest of the photo whose pictures are made, or why there are none."""


def make_together(wanted: Iterable[tuple[Found, bytes]], queue: Queue, settings: Settings) -> Iterator[Outcome]:
    """Yield each person when the pictures of their photo are made; it comes with its digest. Raises LibraryError."""
    todo = iter(wanted)
    under_way: dict[bytes, list[Found]] = {}
    near: dict[bytes, Callable[[], bytes]] = {}
    hands = Hands(settings, near=near)
    with ExitStack() as stack:
        stack.callback(hands.stop)
        hands.start()
        room = min(MOST, AHEAD * (queue.hands() + 2 * hands.count))
        more = True
        while more or under_way:
            more = more and _fill(todo, queue, under_way, near, room)
            ended = queue.done(under_way)
            lost = [digest for digest, reason in ended.items() if reason == ""]
            if lost:  # the store lost the original, or somebody tidied up
                queue.put(Asked(digest, under_way[digest][0].called, near[digest]) for digest in lost)
            for digest, reason in ended.items():
                if reason != "":
                    near.pop(digest)
                    for found in under_way.pop(digest):
                        yield found, digest if reason is None else PictureError(reason)
            if not ended.keys() - set(lost) and (len(under_way) >= room or not more):
                queue.wait(WAIT_SECONDS)


def _fill(
    todo: Iterator[tuple[Found, bytes]],
    queue: Queue,
    under_way: dict[bytes, list[Found]],
    near: dict[bytes, Callable[[], bytes]],
    room: int,
) -> bool:
    """Put photos into the queue, while there is room; False: there are no more."""
    step: list[Asked] = []
    more = True
    while more and len(under_way) < room and len(step) < STEP:
        following = next(todo, None)
        more = following is not None
        if following is None:
            continue
        found, digest = following
        if digest in under_way:
            under_way[digest].append(found)
            continue
        under_way[digest] = [found]
        near[digest] = _bytes_of(found)
        step.append(Asked(digest, found.called, near[digest]))
    if step:
        queue.put(step)
    return more


def _bytes_of(found: Found) -> Callable[[], bytes]:
    """Give what reads somebody's photo."""
    photo = found.photo
    assert isinstance(photo, Path | Loaded)

    def read() -> bytes:
        try:
            return photo.read_bytes() if isinstance(photo, Path) else photo.data
        except OSError:
            return b""  # it is gone: whoever is to make its pictures finds that these are not its bytes

    return read
