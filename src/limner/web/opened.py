"""Addresses that visitors were allowed one by one, so that the short way can take them again for a while.

What a verdict rests on is the peer's address, the request's head and the address asked for. So the connections of a
browser share what was found, and a face is judged once for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from limner.web.trail import Beginnings

SECONDS: Final = 10.0  # that a verdict for one address counts, at most
TARGETS: Final = 1024  # of one visitor
ALL: Final = 50_000  # of all visitors, some 500 bytes for each

Targets = dict[bytes, tuple[float, bytes, "Beginnings | None"]]
"""By the target as sent: up to when it is allowed (Unix time), what it is without credentials, how the logs begin."""


class Opened:
    """The targets of all visitors of a door, by peer and head."""

    def __init__(self) -> None:
        self._of: dict[tuple[str | None, bytes], Targets] = {}
        self._count = 0
        self._end = 0.0

    def targets(self, peer: str | None, head: bytes, now: float) -> Targets:
        """Give the targets of a visitor, to add one. Nothing is kept for longer than it counts."""
        if now >= self._end or self._count >= ALL:
            self.clear()
            self._end = now + SECONDS
        self._count += 1
        found = self._of.get((peer, head))
        if found is None or len(found) >= TARGETS:
            found = self._of[peer, head] = {}
        return found

    def clear(self) -> None:
        """Forget all of them, for connections that ask from now on."""
        self._of.clear()
        self._count = 0
