"""What the fetcher keeps in the library: photos, and for each where it came from and when it was looked at last."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.utils import formatdate

from limner.errors import PictureError
from limner.library import Library, Record
from limner.picture import RECIPE, Limits, Portrait
from limner.settings import Settings
from limner.sources.url.ask import Got
from limner.sync import arrange, rules_of
from limner.sync.pictures import Workshop


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is known of a photo that was fetched: its origin's address and ETag, its digest, when it was looked at."""

    address: str
    etag: str
    digest: str
    looked: float

    @property
    def known(self) -> Got:
        """What to tell the origin that is known."""
        return Got(self.address, None, self.etag)


class Store:
    """The library, as the fetcher writes it. Its verbs take their time: call them in a thread. Raises LibraryError."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self.library = library
        self.rules = rules_of(settings)
        self.workshop = Workshop(Limits(settings.sync.picture_bytes, settings.sync.picture_pixels))

    def wanted(self, key: bytes, labels: frozenset[str]) -> Record | None:
        """Give the part of somebody whose photo an origin may have; None: nobody, or there is a photo already."""
        person = self.library.find(key)
        if person is None or person.digest is not None:
            return None
        return next((part for part in person.parts if part.source in labels and not part.hidden), None)

    def fetched(self, label: str) -> Iterator[tuple[str, Fetched]]:
        """Yield the origins of a source's people whose photo was fetched, with what is known of it."""
        start = _name(label, "")
        for name, value in self.library.notes(start):
            yield name.removeprefix(start), Fetched(*json.loads(value))

    def part(self, label: str, origin: str) -> Record | None:
        """Give what a source says of somebody."""
        person = self.library.record(label, origin)
        return person.part(label, origin) if person is not None else None

    def keep(self, part: Record, got: Got) -> bool:
        """Store a photo that came; False: the person has changed or gone meanwhile. Raises PictureError."""
        assert got.body is not None
        digest = hashlib.sha256(got.body).digest()
        if part.digest != digest:
            made = None if self.library.has_picture(digest, RECIPE) else self.workshop.make(got.body)
            if isinstance(made, PictureError):
                raise made
            now = int(time.time())
            if not self._put(part, replace(part, digest=digest, modified=now, dated=now), made):
                return False
        self.looked(part, got, digest)
        return True

    def take_away(self, part: Record) -> None:
        """Store that the origin has no photo of somebody any more."""
        self._put(part, replace(part, digest=None, modified=int(time.time()), dated=0), None)
        self.forget(part.source, part.origin)

    def looked(self, part: Record, got: Got, digest: bytes | None = None) -> None:
        """Remember that a photo was looked at now."""
        digest = digest or part.digest or b""
        noted = json.dumps([got.address, got.etag, digest.hex(), time.time()])
        with self.library.batch() as batch:
            batch.note(_name(part.source, part.origin), noted)

    def forget(self, label: str, origin: str) -> None:
        """Forget that somebody's photo was fetched."""
        with self.library.batch() as batch:
            batch.note(_name(label, origin), None)

    def _put(self, before: Record, after: Record, portrait: Portrait | None) -> bool:
        """Store a part, if nobody has changed it meanwhile, such as a sync."""
        with self.library.batch() as batch:
            person = batch.record(before.source, before.origin)
            now = person.part(before.source, before.origin) if person is not None else None
            if now is None or (now.version, now.digest, now.hidden) != (before.version, before.digest, 0):
                return False
            if portrait is None and after.digest is not None and not batch.has_picture(after.digest, RECIPE):
                return False  # whoever had the same picture has just lost it; the next one who asks makes it anew
            arrange(batch, self.rules, put=after, portrait=portrait)
        return True

    def close(self) -> None:
        """End the process that makes pictures."""
        self.workshop.close()


def since(part: Record) -> str:
    """Give the time of a photo's last change as HTTP writes it."""
    return formatdate(part.dated or part.modified, usegmt=True) if part.digest else ""


def _name(label: str, origin: str) -> str:
    return f"fetched {label}\0{origin}"
