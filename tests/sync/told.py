"""A source that tells what a test says: everybody or changes, with photos at hand or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from limner.errors import PictureError, SourceError
from limner.people import Person
from limner.sources import Found, Gone, Loaded, Reading, Refused, Remote

Telling = Found | Gone | Refused | SourceError


class Told:
    """Yields `tell`, raising what is an error in it; `asked` are the states that it was asked to go on from.

    `photos` leads from the place of a `Remote` photo to its bytes, or to the error that fetching it gives.
    """

    def __init__(self, label: str = "told") -> None:
        self.label = label
        self.tell: Sequence[Telling] = ()
        self.reading = Reading()
        self.asked: list[str | None] = []
        self.photos: dict[str, bytes | SourceError | PictureError | None] = {}
        self.fetched: list[str] = []
        self.closed = 0

    @property
    def parallel(self) -> int:
        return 1

    def people(self, since: str | None = None) -> Iterator[Found | Gone | Refused]:
        self.asked.append(since)
        for each in self.tell:
            if isinstance(each, SourceError):
                raise each
            yield each

    def fetch(self, found: Found, limit: int) -> bytes | None:
        assert isinstance(found.photo, Remote)
        self.fetched.append(found.origin)
        got = self.photos[found.photo.place]
        if isinstance(got, Exception):
            raise got
        return got

    def close(self) -> None:
        self.closed += 1


def found(who: str, version: str = "1", photo: bytes | str | None = None, **attributes: str) -> Found:
    """Give somebody by user name: with a photo's bytes, with a place to fetch it from, or without one."""
    where = Loaded(photo) if isinstance(photo, bytes) else Remote(photo) if photo else None
    return Found(Person.of(uid=who), who, version, where, attributes)
