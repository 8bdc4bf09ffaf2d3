"""The source `url`: looks at each person's addresses, and fetches the photos that are other ones now.

With `fetch = "on ask"` it only tells who there is; `limner serve` fetches (see `limner.web.origins`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from limner import sources
from limner.errors import NameFormError, PictureError, SourceError
from limner.fetch import FetchError, shorten
from limner.people import Person
from limner.settings import Settings, UrlSource
from limner.sources import asking
from limner.sources import table as tables
from limner.sources.found import Found, Gone, Loaded, Reading, Refused, Remote, Source
from limner.sources.url.places import Places
from limner.sources.validator import look

COLUMNS = ("url", *tables.NAMES)
PICTURE_LIMIT = 20_000_000  # bytes of a photo that has to be fetched to know whether it is another one
GIVE_UP = 3
"""After so many failures in a row, an origin counts as down: the others are not asked for, and keep their photos."""

SUSPICIOUS = 20
"""Where so many people were looked for and not one has a photo, it is the address that is wrong, not the people."""

UNDER_WAY = "on ask"
"""The version of whoever's photo is fetched when somebody asks for it: `limner serve` stores it under the same."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A person, what the source calls them, and the addresses to look at; `own` is the one that their source says."""

    person: Person
    origin: str
    addresses: list[str]
    own: str = ""


class Url:
    """See `limner.settings.UrlSource` for what can be set."""

    def __init__(self, settings: UrlSource, whole: Settings) -> None:
        self.settings = settings
        self.parallel = settings.parallel
        self.places = Places(settings.template)
        self.whole = whole
        origins = [settings.template.partition("{")[0]] if settings.template else []
        self.client = asking.client(self.label, whole.fetch, origins, settings.parallel)
        self.reading = Reading()
        self._failures: dict[str, int] = {}
        self._hint: str | None = None  # what to do about the first address that could not be looked at
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The source's name."""
        return self.settings.label

    # -- people -------------------------------------------------------------------------------------------------------

    def people(self, since: str | None = None) -> Iterator[Found | Gone | Refused]:
        """Yield everybody: what changed is known of each address only by looking."""
        if self.settings.fetch == "on ask":
            yield from self._only_told()
            return
        looked_for = have = 0
        failure = ""
        for wanted, found in asking.in_order(self._look_at, self._wanted(), self.parallel):
            if isinstance(found, Refused):
                failure = failure or ("" if isinstance(wanted, Refused) else found.reason)
                yield found
                continue
            looked_for += 1
            have += found.photo is not None
            if found.photo is not None or self.settings.table is not None:
                yield found
        if failure and not looked_for:
            hint = self._hint or "everybody keeps their photo"
            raise SourceError(f"source {self.label!r}: no address could be looked at: {failure}", hint=hint)
        if looked_for >= SUSPICIOUS and not have:
            raise SourceError(
                f"source {self.label!r}: none of {looked_for} people has a photo at their address (404)",
                hint=f"is it written right? {self.settings.template or 'the table says it'}",
            )
        self.reading = Reading(note=self._hint)

    def _only_told(self) -> Iterator[Found | Gone | Refused]:
        for wanted in self._wanted():
            yield wanted if isinstance(wanted, Refused) else on_ask(wanted, self.settings.attribute)

    def _wanted(self) -> Iterator[Wanted | Refused]:
        """Yield whom to look for."""
        if self.settings.table is not None:
            yield from listed(self.settings, self.places)
            return
        table = next(table for table in self.whole.source if table.label == self.settings.people)
        other: Source = sources.open_source(table, self.whole)
        try:
            for found in other.people(None):
                if isinstance(found, Found):
                    own = found.attributes.get(self.settings.attribute, "").strip()
                    if addresses := [own] if own else self.places.of(found.person):
                        yield Wanted(found.person, found.origin, addresses, own)
                elif isinstance(found, Refused) and not (found.harmless or found.complete):
                    yield found
        finally:
            other.close()

    def _look_at(self, wanted: Wanted | Refused) -> Found | Refused:
        """Look for somebody's photo at each of their addresses, until there is one."""
        if isinstance(wanted, Refused):
            return wanted
        for address in wanted.addresses:
            origin = urlsplit(address).netloc
            if self._failures.get(origin, 0) >= GIVE_UP:
                return Refused(wanted.origin, f"{origin} is down; the photo stays as it is", origin=wanted.origin)
            try:
                there = look(self.client, address, {"Accept": "image/*"}, PICTURE_LIMIT)
            except (FetchError, PictureError) as why:
                if isinstance(why, FetchError) and why.again:
                    with self._lock:
                        self._failures[origin] = self._failures.get(origin, 0) + 1
                self._hint = self._hint or why.hint
                return Refused(wanted.origin, why.message, origin=wanted.origin)
            self._failures.pop(origin, None)
            if there.version is not None:
                photo = Loaded(there.body) if there.body else Remote(address)
                return Found(wanted.person, wanted.origin, f"{there.version} {shorten(address)}", photo)
        return Found(wanted.person, wanted.origin, "none", None)

    # -- photos -------------------------------------------------------------------------------------------------------

    def fetch(self, found: Found, limit: int) -> bytes | None:
        """Fetch a photo; see `limner.sources.found.Source`."""
        assert isinstance(found.photo, Remote)
        try:
            answer = self.client.get(
                found.photo.place, limit=limit, headers={"Accept": "image/*"}, ok=(200, *asking.NO_PHOTO)
            )
        except FetchError as why:
            raise asking.of_photo(self.label, why) from None
        if answer.status in asking.NO_PHOTO or not answer.body:
            return None
        asking.check_picture(answer.headers.get("content-type", ""), answer.body, shorten(found.photo.place))
        return answer.body

    def close(self) -> None:
        """Close all connections."""
        self.client.close()


def on_ask(wanted: Wanted, attribute: str) -> Found:
    """Tell somebody whose photo is fetched when it is asked for; the version changes with the address.

    An address that another source says is kept with the person, for whoever fetches the photo.
    """
    version = " ".join((UNDER_WAY, *map(shorten, wanted.addresses)))[:1000]
    return Found(wanted.person, wanted.origin, version, None, {attribute: wanted.own} if wanted.own else {})


def listed(settings: UrlSource, places: Places) -> Iterator[Wanted | Refused]:
    """Yield the people of a source's table. Raises SourceError."""
    assert settings.table is not None
    needed = "" if settings.template else "url"
    for line, row in tables.rows(settings.label, settings.table, COLUMNS, needed):
        where = f"{settings.table.name}, line {line}"
        try:
            person = tables.person_of(row)
        except NameFormError as why:
            yield Refused(where, why.message)
            continue
        own = row.get("url", "")
        yield Wanted(person, person.label, [own] if own else places.of(person))
