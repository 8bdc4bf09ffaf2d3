"""Leavers: removed at once, or hidden for some days and then removed.

Whoever is hidden is found by no name from that moment on; record and pictures are kept aside. A note for each of them
says since when, so that any later sync removes those whose time is over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from limner.library import Library
from limner.library.engine import Batch
from limner.sync.arrange import Owner, arrange
from limner.sync.compose import Rules

STEP = 1000  # people in a batch


class Leavers:
    """What becomes of leavers; `hide_seconds` 0: they are removed at once."""

    def __init__(self, library: Library, rules: Rules, hide_seconds: int) -> None:
        self.library = library
        self.rules = rules
        self.hide_seconds = hide_seconds

    def leave(self, source: str, origins: Sequence[str]) -> None:
        """Let people leave whom a source has no more."""
        now = int(time.time())
        for at in range(0, len(origins), STEP):
            with self.library.batch() as batch:
                for origin in origins[at : at + STEP]:
                    person = batch.record(source, origin)
                    part = person.part(source, origin) if person is not None else None
                    if part is None or part.hidden:
                        continue
                    if self.hide_seconds:
                        arrange(batch, self.rules, put=replace(part, hidden=now))
                        batch.note(_name((source, origin)), json.dumps([source, origin, now]))
                    else:
                        arrange(batch, self.rules, gone=[(source, origin)])

    def remove_old(self) -> None:
        """Remove those who have been hidden for long enough, whichever source they were from."""
        until = time.time() - self.hide_seconds
        old = [owner for owner, since in hidden(self.library) if since <= until]
        for at in range(0, len(old), STEP):
            with self.library.batch() as batch:
                for owner in old[at : at + STEP]:
                    arrange(batch, self.rules, gone=[owner])
                    come_back(batch, owner)


def hidden(library: Library) -> Iterator[tuple[Owner, int]]:
    """Give those who are hidden, with since when (Unix seconds)."""
    for _, value in library.notes("hidden "):
        source, origin, since = json.loads(value)
        yield (source, origin), since


def come_back(batch: Batch, owner: Owner) -> None:
    """Forget that somebody is hidden."""
    batch.note(_name(owner), None)


def _name(owner: Owner) -> str:
    return f"hidden {owner[0]}\0{owner[1]}"
