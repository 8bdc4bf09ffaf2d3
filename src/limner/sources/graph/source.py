"""The source `graph`: users by delta query, their photos' descriptions by `$batch`, the photos that are other ones now.

After "Get incremental changes for users", "JSON batching" and "Get profilePhoto" of Microsoft Graph's documentation.
Graph does not tell that a photo changed: changes of users are read every time, all photos are looked at now and then.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from limner import people
from limner.errors import NameFormError, SourceError
from limner.fetch import FetchError
from limner.people import Person
from limner.settings import GraphSource, Settings
from limner.settings.credential import exposed
from limner.sources import asking
from limner.sources.found import Found, Gone, Reading, Refused, Remote
from limner.sources.graph.api import BATCH, Api, LostError, reason
from limner.sources.graph.clouds import CLOUDS
from limner.sources.graph.token import Certificate, Token

SELECT = (
    "id,displayName,mail,userPrincipalName,proxyAddresses,accountEnabled,department,officeLocation,jobTitle,companyName,"
    "onPremisesSamAccountName,onPremisesDistinguishedName"
)
ATTRIBUTES = {"department": "department", "officeLocation": "office", "jobTitle": "title", "companyName": "company"}
SIZES = (648, 504, 432, 360, 240, 120, 96, 64, 48)
"""The sizes that Graph makes; of a small photo, only those up to its own."""

NO_PHOTO = "1x1"
"""The id of the photo that Graph describes for people without one."""


class Graph:
    """See `limner.settings.GraphSource` for what can be set."""

    def __init__(self, settings: GraphSource, whole: Settings) -> None:
        self.settings = settings
        self.parallel = settings.parallel
        graph, login = CLOUDS[settings.cloud]
        graph, login = settings.graph_url or graph, settings.login_url or login
        self.client = asking.client(self.label, whole.fetch, [graph, login], settings.parallel)
        where = f"{login.rstrip('/')}/{settings.tenant}/oauth2/v2.0/token"
        token = Token(self.client, self.label, where, f"{graph.rstrip('/')}/.default", settings.client)
        if settings.certificate is not None:
            token.certificate = Certificate(self.label, settings.certificate)
        else:
            token.secret = asking.secret(self.label, settings.secret_file, settings.secret_env, "client secret")
        self.api = Api(self.client, self.label, graph, token)
        self.reading = Reading(note=exposed(settings.secret_file or settings.certificate))
        self._notes = [self.reading.note] if self.reading.note else []

    @property
    def label(self) -> str:
        """The source's name."""
        return self.settings.label

    # -- people -------------------------------------------------------------------------------------------------------

    def people(self, since: str | None = None) -> Iterator[Found | Gone | Refused]:
        """Yield who changed, as long as all photos were looked at lately; else everybody."""
        state = self._state(since)
        if state is not None:
            try:
                yield from self._read(state["delta"], state["looked"], whole=False)
                return
            except LostError:
                self._notes.append("Graph does not know any more what it told last, so everybody was read")
        try:
            yield from self._read(self._first(), time.time(), whole=True)
        except LostError:
            raise SourceError(f"source {self.label!r}: Graph lost its place while people were read") from None

    def _state(self, since: str | None) -> dict[str, Any] | None:
        """Read the state of the last reading; None if there is none that can be gone on from."""
        try:
            state = json.loads(since or "null")
            fresh = 0 <= time.time() - state["looked"] < self.settings.recheck_hours * 3600
            return state if fresh and isinstance(state["delta"], str) else None
        except (ValueError, KeyError, TypeError):
            return None

    def _first(self) -> str:
        if self.settings.filter:  # a delta query knows no filter but by id
            query = {"$select": SELECT, "$filter": self.settings.filter, "$count": "true", "$top": "999"}
            return f"{self.api.root}/users?{urlencode(query, safe='$,')}"
        return f"{self.api.root}/users/delta?{urlencode({'$select': SELECT}, safe='$,')}"

    def _read(self, first: str, looked: float, *, whole: bool) -> Iterator[Found | Gone | Refused]:
        """Read users from a first page on, and set what can be said of the reading at its end."""
        link: list[str] = []
        headers = {"ConsistencyLevel": "eventual"} if self.settings.filter else {}
        users = self._users(first, headers, link)
        for some in _by(BATCH, users):
            yield from self._with_photos(some, whole=whole)
        state = {"delta": link[-1], "looked": looked} if link else None
        self.reading = Reading(whole, json.dumps(state) if state else None, "; ".join(self._notes) or None)

    def _users(self, first: str, headers: Mapping[str, str], link: list[str]) -> Iterator[dict[str, Any]]:
        """Yield users, each once: Graph may tell one on several pages."""
        seen: set[str] = set()
        for users, delta in self.api.pages(first, headers):
            for user in users:
                name = user.get("id")
                if isinstance(name, str) and name and name not in seen:
                    seen.add(name)
                    yield user
            if delta:
                link.append(delta)

    def _with_photos(self, users: list[dict[str, Any]], *, whole: bool) -> Iterator[Found | Gone | Refused]:
        """Yield users with what is said of their photos; those who left, or may not sign on any more, are gone."""
        there = []
        for user in users:
            if "@removed" in user or user.get("accountEnabled") is False:
                if not whole:
                    yield Gone(user["id"])
            else:
                there.append(user)
        if not there:
            return
        answers = self.api.batch([f"/users/{quote(user['id'], safe='')}/photo" for user in there])
        for user, (status, said) in zip(there, answers, strict=True):
            yield self._found(user, status, said)

    def _found(self, user: dict[str, Any], status: int, said: dict[str, Any]) -> Found | Refused:
        origin: str = user["id"]
        try:
            person = _person(user)
        except NameFormError as why:
            return Refused(origin, why.message, origin=origin)
        attributes = {name: str(user[field]) for field, name in ATTRIBUTES.items() if user.get(field)}
        if status in asking.NO_PHOTO or (status == 200 and said.get("id") == NO_PHOTO):
            return Found(person, origin, "none", None, attributes)
        if status != 200:
            code, text = reason(said)
            return Refused(person.label, f"Graph says {status} {code} of the photo: {text}", origin=origin)
        etag = str(said.get("@odata.mediaEtag") or "")[:300]
        width = said.get("width")
        own = width if isinstance(width, int) and 0 < width < 100_000 else 0
        return Found(person, origin, f"{etag} {self.settings.size}", Remote(f"{origin} {own}"), attributes)

    # -- photos -------------------------------------------------------------------------------------------------------

    def fetch(self, found: Found, limit: int) -> bytes | None:
        """Fetch a photo, at most as large as the settings say; see `limner.sources.found.Source`."""
        assert isinstance(found.photo, Remote)
        origin, _, own = found.photo.place.partition(" ")
        at = f"{self.api.root}/users/{quote(origin, safe='')}"
        ways = (
            [] if 0 < int(own) <= self.settings.size else [f"photos/{n}x{n}" for n in SIZES if n <= self.settings.size]
        )
        try:
            for way in (*ways, "photo"):
                answer = self.api.get(f"{at}/{way}/$value", {"Accept": "image/*"}, limit, (200, *asking.NO_PHOTO))
                if answer.status == 200 and answer.body:
                    return answer.body
        except FetchError as why:
            raise asking.of_photo(self.label, why) from None
        return None

    def close(self) -> None:
        """Close all connections."""
        self.client.close()


def _person(user: dict[str, Any]) -> Person:
    """Make a person of a user: every mail address (`proxyAddresses` too), the sign-on name where it is one."""
    texts = [user.get("mail"), *_smtp(user.get("proxyAddresses")), user.get("userPrincipalName")]
    mails = []
    for text in texts:
        if isinstance(text, str) and "#EXT#" not in text:
            with suppress(NameFormError):
                mails.append(people.mail(text))
    dn = None
    with suppress(NameFormError):
        dn = people.dn(user["onPremisesDistinguishedName"]) if user.get("onPremisesDistinguishedName") else None
    uid = user.get("onPremisesSamAccountName")
    return Person.of(mails=mails, uid=uid, dn=dn, key=user["id"], name=user.get("displayName"))


def _smtp(addresses: object) -> Iterator[str]:
    """Yield the mail addresses among `proxyAddresses`, the primary one first (`SMTP:`; the others are `smtp:`)."""
    texts = [text for text in addresses if isinstance(text, str)] if isinstance(addresses, list) else []
    for text in sorted(texts, key=lambda text: not text.startswith("SMTP:")):
        if text.lower().startswith("smtp:"):
            yield text[5:]


def _by(count: int, items: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(items)
    while some := list(islice(rest, count)):
        yield some
