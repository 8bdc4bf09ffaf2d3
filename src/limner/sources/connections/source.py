"""The source `connections`: pages of a feed of people, then `photo.do` for those whose photo is another one now."""

from __future__ import annotations

import base64
import hashlib
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode, urljoin, urlsplit

from limner import people
from limner.errors import NameFormError, PictureError, SourceError
from limner.fetch import Answer, FetchError
from limner.people import Person
from limner.settings import ConnectionsSource, Settings
from limner.settings.credential import exposed
from limner.sources import asking
from limner.sources.connections import feed
from limner.sources.connections.feed import Page, Profile
from limner.sources.found import Found, Gone, Loaded, Reading, Refused, Remote
from limner.sources.validator import look

PAGE_LIMIT = 32_000_000  # bytes; a thousand full profiles are about 4 MB
PAGES = 200_000  # at most
PICTURE_LIMIT = 20_000_000  # bytes of a photo that has to be fetched to know whether it is another one
SIGN_ON_HINT = (
    "sign on as a user who may read it; the feed of the Administration API needs an administrator of Profiles"
)


class Connections:
    """See `limner.settings.ConnectionsSource` for what can be set."""

    def __init__(self, settings: ConnectionsSource, whole: Settings) -> None:
        self.settings = settings
        self.base = settings.url.rstrip("/")
        self.parallel = settings.parallel
        self.client = asking.client(self.label, whole.fetch, [settings.url], settings.parallel)
        self.reading = Reading(note=exposed(settings.password_file))
        self._headers = self._sign_on()
        self._generic: frozenset[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The source's name."""
        return self.settings.label

    def _sign_on(self) -> dict[str, str]:
        settings = self.settings
        if not (settings.user or settings.cookie):
            return {}
        secret = asking.secret(self.label, settings.password_file, settings.password_env, "password")
        if settings.cookie:
            return {"Cookie": f"{settings.cookie}={secret}"}
        return {"Authorization": f"Basic {base64.b64encode(f'{settings.user}:{secret}'.encode()).decode()}"}

    # -- people -------------------------------------------------------------------------------------------------------

    def people(self, since: str | None = None) -> Iterator[Found | Gone | Refused]:
        """Yield everybody, page by page: the feeds of Profiles do not tell what changed."""
        seen: set[str] = set()
        for profile, found in asking.in_order(self._look_at, self._profiles(), self.parallel):
            origin = _origin(profile)
            if not origin or origin not in seen:  # who is added while pages are read moves others on to the next one
                seen.add(origin)
                yield found

    def _profiles(self) -> Iterator[Profile]:
        """Read the pages of the feed."""
        split = urlsplit(self.settings.feed)
        query = "&".join(filter(None, (split.query, urlencode({"ps": self.settings.page}))))
        at: str | None = f"{self.base}/{split.path.lstrip('/')}?{query}"
        asked: set[str] = set()
        while at is not None:
            if at in asked or len(asked) >= PAGES:
                raise SourceError(f"source {self.label!r}: the feed of people leads in a circle ({at})")
            asked.add(at)
            page = self._page(at)
            for profile in page.profiles:
                if profile.active:
                    yield profile
            at = self._own(page.following) if page.following else None

    def _own(self, address: str) -> str:
        """Take an address of the feed on our own way to the server: behind a proxy, it may know itself by another name.

        So a password never goes anywhere else, either.
        """
        split = urlsplit(urljoin(f"{self.base}/", address))
        origin = urlsplit(self.base)
        return f"{origin.scheme}://{origin.netloc}{split.path}?{split.query}"

    def _page(self, at: str) -> Page:
        try:
            answer = self._get(at, PAGE_LIMIT, "application/atom+xml")
        except FetchError as why:
            raise asking.failed(self.label, why, SIGN_ON_HINT if why.status == 403 else None) from None
        try:
            return feed.read(answer.body)
        except ValueError as why:
            hint = SIGN_ON_HINT if b"<html" in answer.body[:2000].lower() else "is `url` where Profiles is?"
            raise SourceError(f"source {self.label!r}: {at.partition('?')[0]}: {why}", hint=hint) from None

    def _look_at(self, profile: Profile) -> Found | Refused:
        """Make out whether somebody's photo is another one; the server is asked only where the feed does not say."""
        origin = _origin(profile)
        try:
            person = _person(profile)
        except NameFormError as why:
            return Refused(origin or profile.name or "a person without a name", why.message)
        mail = next(iter(profile.mails), "")
        names = {"key": profile.key, "userid": profile.userid, "uid": profile.uid, "email": mail}
        place = urlencode(next(({name: value} for name, value in names.items() if value), {}))
        attributes = {"department": profile.department} if profile.department else {}
        if profile.last_mod:
            milliseconds = int(profile.last_mod) if profile.last_mod.isdecimal() and len(profile.last_mod) < 15 else 0
            photo = Remote(f"{place}&{urlencode({'lastMod': profile.last_mod})}")
            return Found(person, origin, f"lastMod {profile.last_mod}", photo, attributes, milliseconds // 1000)
        try:
            there = look(self.client, self._photo(place), self._headers, PICTURE_LIMIT)
        except PictureError as why:
            return Refused(origin, why.message, origin=origin)
        except FetchError as why:
            if isinstance(asking.of_photo(self.label, why), PictureError):
                return Refused(origin, why.message, origin=origin)
            raise asking.failed(self.label, why) from None
        if there.version is None or (there.body and self._is_nobodys(there.body)):
            return Found(person, origin, "none", None, attributes)
        return Found(person, origin, there.version, Loaded(there.body) if there.body else Remote(place), attributes)

    # -- photos -------------------------------------------------------------------------------------------------------

    def fetch(self, found: Found, limit: int) -> bytes | None:
        """Fetch a photo; see `limner.sources.found.Source`."""
        assert isinstance(found.photo, Remote)
        url = self._photo(found.photo.place)
        try:
            answer = self._get(url, limit, "image/*", (200, *asking.NO_PHOTO))
            if answer.status in asking.NO_PHOTO or not answer.body:
                return None
            asking.check_picture(answer.headers.get("content-type", ""), answer.body, url.partition("?")[0])
            return None if self._is_nobodys(answer.body) else answer.body
        except FetchError as why:
            raise asking.of_photo(self.label, why) from None

    def _is_nobodys(self, body: bytes) -> bool:
        """Tell whether a picture is the one that Connections shows for whoever has none.

        No document says how to tell it from a photo. So somebody is asked for who cannot exist: what comes then, if
        anything does, is the picture. Raises FetchError.
        """
        with self._lock:
            if self._generic is None:
                url = self._photo(urlencode({"key": str(uuid.uuid4())}))
                answer = self._get(url, PICTURE_LIMIT, "image/*", (200, 400, 403, *asking.NO_PHOTO, 500))
                known = [answer.body] if answer.status == 200 else []
                for file in self.settings.no_photo:
                    try:
                        known.append(file.read_bytes())
                    except OSError as why:
                        raise SourceError(f"source {self.label!r}: cannot read {file}: {why.strerror}") from None
                self._generic = frozenset(hashlib.sha256(one).digest() for one in known)
        return hashlib.sha256(body).digest() in self._generic

    def _photo(self, place: str) -> str:
        return f"{self.base}/photo.do?{place}"

    def _get(self, url: str, limit: int, accept: str, ok: tuple[int, ...] = (200,)) -> Answer:
        return self.client.get(url, limit=limit, headers={**self._headers, "Accept": accept}, ok=ok)

    def close(self) -> None:
        """Close all connections."""
        self.client.close()


def _origin(profile: Profile) -> str:
    """Give what Profiles calls somebody: the name that stays longest, of those that the feed says."""
    return profile.userid or profile.key or profile.uid or profile.dn or next(iter(profile.mails), "")


def _person(profile: Profile) -> Person:
    """Make a person of what the feed says; a name that is none is left out, as long as there is another."""
    mails = []
    for text in profile.mails:
        with suppress(NameFormError):
            mails.append(people.mail(text))
    dn = None
    with suppress(NameFormError):
        dn = people.dn(profile.dn) if profile.dn else None
    return Person.of(mails=mails, uid=profile.uid, dn=dn, key=profile.key, name=profile.name, userid=profile.userid)
