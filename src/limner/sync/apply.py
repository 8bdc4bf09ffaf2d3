"""Carry out a plan: make the portraits, store people in batches, remove those who left."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from limner.errors import PictureError, SourceError
from limner.library import Library, Record
from limner.library.engine import Batch
from limner.picture import RECIPE, Limits, Portrait
from limner.settings import Sync
from limner.sources import Found, Loaded, Refused, Remote
from limner.sync.arrange import arrange, rearrange
from limner.sync.compose import Rules
from limner.sync.fetch import fetch_all
from limner.sync.leavers import Leavers, come_back
from limner.sync.pictures import at_hand, make_all
from limner.sync.plan import Plan, Progress, stored_version

BATCH_PEOPLE = 200
LATE = 1000  # people whose photo did not come that are remembered one by one
BATCH_SECONDS = 2.0  # a batch ends after either, so that photos show soon and an interrupted run loses little

Step = tuple[Found, "Portrait | bytes | PictureError | None"]
"""Whom to store, with a portrait, the digest of one that the library has, why there is none, or None for no photo."""


def carry_out(library: Library, plans: Sequence[Plan], rules: Rules, settings: Sync, tell: Progress) -> None:
    """Carry out plans, in the order of the ranks, batch after batch; what turns out meanwhile goes into the reports.

    Whoever leaves is removed when all others are stored, so that nobody who moves is without a photo meanwhile.
    Raises LibraryError; the batches before it are kept, and the next run goes on from there.
    """
    rearrange(library, rules)
    for plan in plans:
        _Storing(library, plan, rules, settings, tell).run()
    leavers = Leavers(library, rules, settings.hide_seconds)
    for plan in plans:
        leavers.leave(plan.report.source, sorted(plan.leave))
    leavers.remove_old()
    for plan in plans:
        _remember(library, plan)


def _remember(library: Library, plan: Plan) -> None:
    """Write down how far a source was read, now that all of it is stored.

    A few photos that did not come are written down with it, or one that never comes would have the same changes read
    for ever. Where they are many, the source is down, and the next sync goes on from where this one began.
    """
    if plan.memory is None or plan.report.failed:
        return
    few = len(plan.late) <= LATE
    state = plan.reading.state if few else plan.memory.state
    with library.batch() as batch:
        for origin in plan.forget:
            plan.memory.forget_broken(batch, origin)
        if few:
            plan.memory.keep_late(batch, plan.late if state is not None else [])
        plan.memory.keep_state(batch, state)


class _Storing:
    """The work of storing one plan's people."""

    def __init__(self, library: Library, plan: Plan, rules: Rules, settings: Sync, tell: Progress) -> None:
        self.library = library
        self.plan = plan
        self.rules = rules
        self.workers = settings.workers
        self.limits = Limits(settings.picture_bytes, settings.picture_pixels)
        self.tell = tell
        self.done = 0

    def run(self) -> None:
        wanted: Sequence[Found] = self.plan.store
        while wanted:
            wanted = self._round(wanted)

    def _round(self, wanted: Sequence[Found]) -> list[Found]:
        """Store people; give those whose picture, which the library had, went away before it was their turn."""
        late: list[Found] = []
        with closing(self._ready(wanted)) as ready:
            step = next(ready, None)
            while step is not None:
                end = time.monotonic() + BATCH_SECONDS
                stored = 0
                with self.library.batch() as batch:
                    while step is not None and stored < BATCH_PEOPLE and time.monotonic() < end:
                        if isinstance(step[1], bytes) and not batch.has_picture(step[1], RECIPE):
                            late.append(step[0])
                        else:
                            self._store(batch, *step)
                            stored += 1
                        step = next(ready, None)
                self.done += stored
                self.tell(f"photos of {self.plan.report.source}", self.done, len(self.plan.store))
        return late

    def _ready(self, wanted: Sequence[Found]) -> Generator[Step]:
        """Yield whom to store; those that need no picture made as soon as it is known."""
        aside: list[Step] = []

        def to_be_made() -> Iterator[Found]:
            for found in self._fetched(wanted, aside):
                digest = None if found.photo is None else _digest(found, self.limits)
                if found.photo is None or (digest and self.library.has_picture(digest, RECIPE)):
                    aside.append((found, digest))
                else:
                    yield found

        for made in make_all(to_be_made(), self.workers, self.limits):
            yield from aside
            aside.clear()
            yield made
        yield from aside

    def _fetched(self, wanted: Sequence[Found], aside: list[Step]) -> Iterator[Found]:
        """Yield those whose photo is at hand, then those whose photo is elsewhere, when it has come."""
        yield from (found for found in wanted if not isinstance(found.photo, Remote))
        remote = (found for found in wanted if isinstance(found.photo, Remote))
        assert self.plan.source is not None
        for found, got in fetch_all(remote, self.plan.source, self.limits.bytes):
            if isinstance(got, SourceError):
                self.plan.give_up(found)
                self.plan.late.append(found)
                self.plan.report.postponed.append(Refused(found.called, got.message))
            elif isinstance(got, PictureError):
                aside.append((found, got))
            else:
                yield replace(found, photo=None if got is None else Loaded(got))

    def _store(self, batch: Batch, found: Found, made: Portrait | bytes | PictureError | None) -> None:
        source = self.plan.report.source
        memory = self.plan.memory
        assert memory is not None
        if isinstance(made, PictureError):
            self._refuse(found, made.message)
            memory.keep_broken(batch, found.origin, stored_version(found), found.called, made.message)
            return
        memory.forget_broken(batch, found.origin)
        digest = made.digest if isinstance(made, Portrait) else made
        whole = batch.record(source, found.origin)
        before = whole.part(source, found.origin) if whole is not None else None
        same = before is not None and before.digest == digest
        part = Record(
            person=found.person,
            source=source,
            origin=found.origin,
            version=stored_version(found),
            modified=before.modified if before is not None and same else int(time.time()),
            digest=digest,
            attributes=found.attributes,
            dated=found.modified,
        )
        portrait = made if isinstance(made, Portrait) else None
        moved = self.plan.moved.get(found.origin, set())
        if before is not None and before.hidden:
            come_back(batch, (source, found.origin))
        person = arrange(batch, self.rules, put=part, portrait=portrait, gone=[(source, origin) for origin in moved])
        self.plan.say(found, outranked=person is not None and person.source != source)
        self.plan.leave -= moved

    def _refuse(self, found: Found, reason: str) -> None:
        self.plan.give_up(found)
        self.plan.report.refuse(Refused(found.called, reason))


def _digest(found: Found, limits: Limits) -> bytes | None:
    photo = at_hand(found)
    if isinstance(photo, bytes):
        return hashlib.sha256(photo).digest() if len(photo) <= limits.bytes else None
    try:
        if photo.stat().st_size > limits.bytes:
            return None
        with photo.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None  # whoever makes the picture will say why
