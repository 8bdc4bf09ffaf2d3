"""Carry out a plan: make the portraits, store people in batches, remove those who left."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from limner.errors import NameTakenError, PictureError
from limner.library import Library, Record
from limner.library.engine import Batch
from limner.picture import RECIPE, Limits, Portrait
from limner.settings import Sync
from limner.sources import Found, Refused
from limner.sync.pictures import make_all
from limner.sync.plan import Plan, Progress, stored_version

BATCH_PEOPLE = 200
BATCH_SECONDS = 2.0  # a batch ends after either, so that photos show soon and an interrupted run loses little


def apply(library: Library, plan: Plan, settings: Sync, tell: Progress) -> None:
    """Carry out a plan, batch after batch; its report is corrected by what turns out while doing it.

    Raises LibraryError; the batches before it are kept, and the next run goes on from there.
    """
    limits = Limits(settings.picture_bytes, settings.picture_pixels)
    made = _ready(library, plan, settings.workers, limits)
    done = 0
    step = next(made, None)
    while step is not None:
        end = time.monotonic() + BATCH_SECONDS
        with library.batch() as batch:
            stored = 0
            while step is not None and stored < BATCH_PEOPLE and time.monotonic() < end:
                _store(batch, library, plan, *step)
                stored += 1
                step = next(made, None)
        done += stored
        tell(f"photos of {plan.report.source}", done, len(plan.store))
    gone = sorted(plan.leave)
    for at in range(0, len(gone), 1000):
        with library.batch() as batch:
            for origin in gone[at : at + 1000]:
                batch.remove(plan.report.source, origin)


Step = tuple[Found, "Portrait | bytes | PictureError | None"]


def _ready(library: Library, plan: Plan, workers: int, limits: Limits) -> Iterator[Step]:
    """Yield whom to store, each with a portrait, the digest of one that the library has, why there is none, or None.

    Those without picture work come first.
    """
    work: list[Found] = []
    for found in plan.store:
        if found.photo is None:
            yield found, None
        elif (digest := _digest(found.photo, limits)) and library.has_picture(digest, RECIPE):
            yield found, digest
        else:
            work.append(found)
    if work:
        yield from make_all(work, workers, limits)


def _digest(photo: Path, limits: Limits) -> bytes | None:
    try:
        if photo.stat().st_size > limits.bytes:
            return None
        with photo.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None  # whoever makes the picture will say why


def _store(
    batch: Batch, library: Library, plan: Plan, found: Found, made: Portrait | bytes | PictureError | None
) -> None:
    source = plan.report.source
    if isinstance(made, PictureError):
        _refuse(plan, found, made.message)
        return
    digest = made.digest if isinstance(made, Portrait) else made
    before = library.record(source, found.origin)
    same = before is not None and before.digest == digest
    record = Record(
        person=found.person,
        source=source,
        origin=found.origin,
        version=stored_version(found),
        modified=before.modified if before is not None and same else int(time.time()),
        digest=digest,
    )
    portrait = made if isinstance(made, Portrait) else None
    while True:
        try:
            batch.put(record, portrait)
            return
        except NameTakenError as why:
            # whoever goes by this name is leaving, or is outranked: the plan saw to that
            if not batch.remove(why.source, why.origin):
                raise


def _refuse(plan: Plan, found: Found, reason: str) -> None:
    report = plan.report
    report.refuse(Refused(found.origin, reason))
    (report.added if found.origin in plan.new else report.changed).remove(found.person.label)
