"""When a shared library was last heard of: the time of a file in the replica's folder, which its follower keeps.

It is right within SLACK seconds. What others may have taken back since then is not known here.
"""

from __future__ import annotations

import os
import time

from limner.settings import Settings, SharedPlace
from limner.settings.durations import seconds

FILE = "heard"
SLACK = 4.0  # seconds: so seldom is the file touched, with room for a slow disk


class Heard:
    """Tells whether a door of a shared library was without news for longer than `longest`, a duration."""

    def __init__(self, settings: Settings, longest: str) -> None:
        self._file = os.fspath(settings.local / FILE)
        self._shared = isinstance(settings.place, SharedPlace)
        self._longest = seconds(longest)
        self._look_at = 0.0
        self._cut_off = False

    def is_cut_off(self) -> bool:
        """Tell it; looked up once in a second. A library in a folder is always heard of."""
        if not self._shared:
            return False
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + 1
            self._cut_off = _age(self._file) > self._longest + SLACK
        return self._cut_off


def _age(file: str) -> float:
    """Give the seconds since then; infinite for never, and for a time in the future, which nobody can believe."""
    try:
        age = time.time() - os.stat(file).st_mtime  # noqa: PTH116  (quicker, and this is asked often)
    except OSError:
        return float("inf")
    return age if age > -SLACK else float("inf")
