"""Fetches one person's photo when somebody asks for it; for `fetch = "on ask"`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from limner.fetch import Client, shorten
from limner.people import Person
from limner.settings import Settings, UrlSource
from limner.sources import asking
from limner.sources.found import Refused
from limner.sources.url.places import Places
from limner.sources.url.source import listed

NOTHING: Mapping[str, str] = MappingProxyType({})
LONGEST = 200
"""Characters of an attribute that the library keeps; an address that is as long may have been cut."""

GIVE_UP = 3
"""After so many failures in a row, the origin counts as down for a while."""


@dataclass(frozen=True, slots=True)
class Got:
    """What an origin has: `body` is the photo (None: it has none, or the very one that is known already).

    `address` is where it is, "" for nowhere; `etag` goes with the next question for it.
    """

    address: str = ""
    body: bytes | None = None
    etag: str = ""
    unchanged: bool = False


class OnAsk:
    """The origin of one source. Several threads may ask. Raises SourceError."""

    def __init__(self, settings: UrlSource, whole: Settings) -> None:
        self.settings = settings
        self.label = settings.label
        self.limit = whole.sync.picture_bytes
        self.places = Places(settings.template)
        origins = [settings.template.partition("{")[0]] if settings.template else []
        once = whole.fetch.model_copy(update={"tries": 1})  # somebody waits: who does not answer now is asked later
        self.client: Client = asking.client(self.label, once, origins, settings.parallel)
        self._listed: dict[str, list[str]] = {}
        self._stamp: tuple[int, int] | None = None

    def addresses(self, origin: str, person: Person, attributes: Mapping[str, str] = NOTHING) -> list[str]:
        """Give where somebody's photo may be: by the table as it is now, by what their source says, or by the template.

        Raises SourceError.
        """
        if self.settings.table is None:
            own = attributes.get(self.settings.attribute, "")
            return [own] if 0 < len(own) < LONGEST else self.places.of(person)
        try:
            status = self.settings.table.stat()
        except OSError:
            return self._listed.get(origin, [])  # it is being written anew; what was known still stands
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            wanted = listed(self.settings, self.places)
            self._listed = {one.origin: one.addresses for one in wanted if not isinstance(one, Refused)}
            self._stamp = stamp
        return self._listed.get(origin, [])

    def fetch(self, addresses: list[str], known: Got, modified: str = "") -> Got:
        """Ask each address in turn for a photo; the first that has one counts.

        `known` is what came last time, `modified` when it changed (an HTTP date): an origin that still has the same
        says so in a few bytes. Nothing of whoever asks for the photo is sent. Raises FetchError, PictureError.
        """
        for address in addresses:
            headers = {"Accept": "image/*"}
            if known.address == address and known.etag:
                headers["If-None-Match"] = known.etag
            elif known.address == address and modified:
                headers["If-Modified-Since"] = modified
            answer = self.client.get(address, limit=self.limit, headers=headers, ok=(200, 304, *asking.NO_PHOTO))
            etag = answer.headers.get("etag", "")[:300]
            if answer.status == 304 and len(headers) > 1:
                return Got(address, None, etag or known.etag, unchanged=True)
            if answer.status == 200 and answer.body:
                asking.check_picture(answer.headers.get("content-type", ""), answer.body, shorten(address))
                return Got(address, answer.body, etag)
        return Got()

    def close(self) -> None:
        """Close all connections."""
        self.client.close()
