"""When the shared library was last heard of, kept over restarts: the time of a file in the replica's folder."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from limner.policy.heard import FILE
from limner.web.gauges import Gauges

SLACK = 5.0  # seconds by which a clock may be set back and what was written before still count


def keep(folder: Path, moment: float) -> None:
    """Keep that the library was heard of then (Unix seconds). A disk that is full keeps what was there."""
    with suppress(OSError):
        (folder / FILE).touch(mode=0o600)
        os.utime(folder / FILE, (moment, moment))


def kept(folder: Path) -> float:
    """Give when it was heard of last; 0: never."""
    try:
        return (folder / FILE).stat().st_mtime
    except OSError:
        return 0.0


def forget(folder: Path) -> None:
    """Forget it, for the replica is empty again."""
    with suppress(OSError):
        (folder / FILE).unlink()


def tell(gauges: Gauges, folder: Path, *, thrown_away: bool) -> None:
    """Tell all processes what is known when a replica is opened."""
    if thrown_away:
        forget(folder)
    heard = int(kept(folder))
    gauges.set_replica(news=heard, filled=int(heard > 0), generation=gauges.replica("generation") + thrown_away)


def age(news: float) -> float:
    """Give the seconds since then; infinite where that is in the future, for then the clock cannot be believed."""
    seconds = time.time() - news
    return seconds if news and seconds > -SLACK else float("inf")
