"""The door of one worker: who is let in, what is answered, what is noted down.

`short` and `answer` are the two ways of a request; both ask the one decision, `policy.decide`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Awaitable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from limner.errors import LibraryError, LimnerError
from limner.library import GUEST, INSIDER, Library, Rendition
from limner.policy import Policy, Tally, Verdict, Visit, without_parameters
from limner.settings import Redirect, Settings
from limner.web import missing, opened, outside
from limner.web.answers import Answer, Clock, plain, read_http_date
from limner.web.app import SEES
from limner.web.bridge import App, ask_app
from limner.web.connection import Connection
from limner.web.forms.ask import Ask
from limner.web.gauges import COLUMNS
from limner.web.head import Request
from limner.web.known import KnownPeople
from limner.web.lane import BadTargetError, Lane
from limner.web.origins.errand import Errands
from limner.web.outside.judged import Judged
from limner.web.trail import Trail

if TYPE_CHECKING:
    from limner.web.desk import Desk

PHOTOS, BYTES = COLUMNS.index("photos"), COLUMNS.index("bytes")
OPEN = COLUMNS.index("open")
logger = logging.getLogger("limner")

Errand = tuple[Errands, bytes, float]
"""To whom to send for a photo, the index key of whose it is, and the seconds to wait."""


class Door:
    """What all connections of a worker share. `row` is where it counts (see `limner.web.gauges`)."""

    def __init__(self, settings: Settings, library: Library, app: App, row: memoryview, trail: Trail) -> None:
        self.settings = settings
        self.library = library
        self.app = app
        self.row = row
        self.trail = trail
        self.clock = Clock()
        self.connections: set[Connection] = set()
        self.closing = False
        self.lane = Lane(settings, library, self.clock)
        self.known = KnownPeople(library)
        self.policy = Policy(settings.policy, self.known, settings, tally_of(settings))
        self.desk = desk_of(settings)
        self.outside = outside.handlers(self)
        self.errands: list[Errands] = []  # to who fetches photos that are not in the library, if anybody does
        self.opened = opened.Opened()
        self._asked = False
        self._photos = self._bytes = 0  # sent by the short way since the last tick

    def reload(self, settings: Settings, trail: Trail | None = None) -> None:
        """Take new settings: every connection is judged anew with its next request. Raises SettingsError.

        `trail` is the new logs, where they are not the old ones.
        """
        policy = Policy(settings.policy, self.known, settings, tally_of(settings))
        desk = self.desk if _same_desk(settings, self.settings) else desk_of(settings)
        self.trail = trail or self.trail
        self.lane.release()
        self.settings, self.policy, self.desk = settings, policy, desk
        self.lane = Lane(settings, self.library, self.clock)
        self.outside = outside.handlers(self)
        for errands in self.errands:
            errands.reload(settings)
        self._forget_verdicts()

    def _forget_verdicts(self) -> None:
        """Judge every connection anew with its next request."""
        self.opened.clear()
        for connection in self.connections:
            connection.known = None

    # -- the short way ----------------------------------------------------------------------------------------------

    def short(self, connection: Connection, target: bytes) -> bool:
        """Answer a GET whose head is known on this connection, if the lane has the photo; False: it takes the full way.

        The verdict was given for exactly this head and every address, or this one, and still stands.
        """
        now, lane = self.clock.now, self.lane
        if connection.until <= now:
            return False
        log = connection.log
        if connection.targets is not None:
            judged = connection.targets.get(target)
            if judged is None or judged[0] <= now:
                return False
            _, target, log = judged
        try:
            response = lane.short(target)
        except LibraryError:
            return False  # the full way says so
        if response is None:
            return False
        connection.transport.write(response)
        connection.since = now
        self._photos += 1
        self._bytes += len(response)
        if log is not None:
            self.trail.photo(log, target, lane.size, lane.name)
        return True

    # -- the full way -----------------------------------------------------------------------------------------------

    def answer(self, connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
        """Answer a request, now or a little later."""
        if self.policy.wait_seconds:
            coming = self.policy.coming(Visit(connection.peer, request.headers, None, request.target, self.clock.now))
            if coming is not None:
                return self._when_known(connection, request, coming)
        return self._answer(connection, request)

    async def _when_known(self, connection: Connection, request: Request, coming: Future[None]) -> Answer:
        """Answer when it is known who the visitor is, or when that takes too long."""
        await asyncio.wait([asyncio.wrap_future(coming)], timeout=self.policy.wait_seconds)
        answer = self._answer(connection, request)
        return answer if isinstance(answer, Answer) else await answer

    def _answer(self, connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
        self._asked = True
        request.shown = without_parameters(request.target, self.policy.parameters)
        handler = outside.find(self.outside, request) if self.outside else None
        if handler is not None:
            return self._outside(connection, request, handler)
        try:
            ask = self.lane.ask(request.shown)
        except BadTargetError as why:
            self.bad()
            verdict = self._decide(connection, request, None)
            answer = plain(400, why.message, close=True)
            return self._noted(connection, request, verdict, answer, None, None)
        verdict, ask = self._judge(connection, request, ask)
        if not verdict.allowed:
            self.count("refused")
            return self._noted(connection, request, verdict, self.refuse(request, ask), ask, None)
        if ask is None:
            self.count("pages")
            return self._page(connection, request, verdict)
        return self._face(connection, request, verdict, ask)

    def _judge(self, connection: Connection, request: Request, ask: Ask | None) -> tuple[Verdict, Ask | None]:
        """Judge a request; where faces are opened one by one, an address of several keys keeps those that are open."""
        keys = ask.keys if ask is not None else ()
        if ask is None or len(keys) < 2 or not self.policy.each_face:
            return self._decide(connection, request, keys[0] if keys else None), ask
        first = self._decide(connection, request, keys[0], trial=True)
        if first.allowed and first.any_target:
            return first, ask
        trials = [self._decide(connection, request, key, trial=True) for key in keys]
        opened = [key for key, verdict in zip(keys, trials, strict=True) if verdict.allowed]
        if not opened:
            return trials[0], ask
        # one face is shown, so one is judged in earnest: a budget must not pay for names that lead nowhere
        key = next((key for key in opened if self.known.names(key)), opened[0])
        return self._decide(connection, request, key), replace(ask, keys=(key,))

    def _decide(self, connection: Connection, request: Request, face: bytes | None, *, trial: bool = False) -> Verdict:
        visit = Visit(connection.peer, request.headers, face, request.target, self.clock.now)
        return self.policy.decide(visit, trial=trial)

    def _face(
        self, connection: Connection, request: Request, verdict: Verdict, ask: Ask, *, sent: bool = False
    ) -> Answer | Awaitable[Answer]:
        """Answer an admitted visitor who asks for somebody's photo; `sent`: its origin was asked for it just now."""
        shown = None
        if request.method not in (b"GET", b"HEAD"):
            answer = plain(405, "a photo can be fetched with GET and HEAD", lines=b"Allow: GET, HEAD\r\n")
            return self._noted(connection, request, verdict, answer, ask, shown)
        try:
            found = None if ask.forced else self.lane.find(ask, _sees(verdict))
            errand = None if found is not None or sent else self._errand(ask)
        except LibraryError as why:
            logger.error("%s", why.message)  # noqa: TRY400  (no traceback: the message says it)
            answer = plain(503, "the library cannot be read")
            return self._noted(connection, request, verdict, answer, ask, shown)
        if errand is not None:
            return self._sent(connection, request, verdict, ask, errand)
        if found is not None:
            photo, shown = found
            answer = self._photo(ask, request, photo)
            self._know(connection, request, verdict)
        else:
            self.count("missing")
            missed = missing.at_once(ask)
            if missed is None:
                return self._drawn(connection, request, verdict, ask)
            answer = missed
        return self._noted(connection, request, verdict, answer, ask, shown)

    def refuse(self, request: Request, ask: Ask | None = None) -> Answer:
        """Give what a refused visitor gets. The library is not asked: there is nothing to tell apart by time either."""
        otherwise = self.policy.otherwise
        if isinstance(otherwise, Redirect):
            return Answer(302, b"Location: %s\r\n" % otherwise.redirect.encode("ascii") + missing.NEVER)
        if otherwise == "placeholder" and ask is not None:
            return missing.refused(ask)
        if otherwise == "sign-in" and self.desk is not None:
            return self.desk.refuse(request, self.clock.now)
        return plain(403, "not for you")

    def _photo(self, ask: Ask, request: Request, photo: Rendition) -> Answer:
        """Give a photo, or what the visitor wants to know of it."""
        if ask.about:
            return _about(ask, photo.etag)
        lines = b'ETag: "%s"\r\n' % photo.etag.encode("ascii")
        lines += self.clock.modified[photo.modified.to_bytes(4)]
        if _has_it(request, photo.etag, photo.modified):
            self.count("unchanged")
            return Answer(304, self.lane.cache_line + lines)
        self.count("photos")
        return Answer(200, self.lane.lines + lines, photo.body)

    def _outside(
        self, connection: Connection, request: Request, handler: outside.Handler
    ) -> Answer | Awaitable[Answer]:
        """Answer what is answered to anybody; it is noted down with whom the policy knows the visitor to be."""
        self.count("pages")
        answer = handler(connection, request)
        if isinstance(answer, Judged):
            return self._judged(connection, request, answer)
        verdict = self._decide(connection, request, None)
        if isinstance(answer, Answer):
            return self._noted(connection, request, verdict, answer, None, None)
        return self._outside_later(connection, request, verdict, answer)

    def _judged(self, connection: Connection, request: Request, judged: Judged) -> Answer:
        answer, verdict, ask, asked, result = judged
        self.row[BYTES] += len(answer.body) if request.method != b"HEAD" else 0
        self.trail.request(
            connection.peer, request, verdict, answer.status, len(answer.body), ask, asked=asked, result=result
        )
        return answer

    async def _outside_later(
        self, connection: Connection, request: Request, verdict: Verdict, answer: Awaitable[Answer]
    ) -> Answer:
        return self._noted(connection, request, verdict, await answer, None, None)

    def _errand(self, ask: Ask) -> Errand | None:
        """Tell who can fetch a photo that is not here, if anybody can. Raises LibraryError."""
        if self.lane.blind:
            return None
        return next(((each, *found) for each in self.errands if (found := each.concerns(ask)) is not None), None)

    async def _sent(
        self, connection: Connection, request: Request, verdict: Verdict, ask: Ask, errand: Errand
    ) -> Answer:
        """Have a photo fetched, and answer with what there is then."""
        errands, key, seconds = errand
        if await errands.send(key, seconds):
            self.lane.release()
        answer = self._face(connection, request, verdict, ask, sent=True)
        return answer if isinstance(answer, Answer) else await answer

    async def _drawn(self, connection: Connection, request: Request, verdict: Verdict, ask: Ask) -> Answer:
        draw = missing.drawn(ask, self.library, _sees(verdict))
        answer = await asyncio.get_running_loop().run_in_executor(None, draw)
        return self._noted(connection, request, verdict, answer, ask, None)

    async def _page(self, connection: Connection, request: Request, verdict: Verdict) -> Answer:
        answer = await ask_app(
            self.app, request, connection.peer, secure=connection.secure, more={SEES: _sees(verdict)}
        )
        return self._noted(connection, request, verdict, answer, None, None)

    def _know(self, connection: Connection, request: Request, verdict: Verdict) -> None:
        """Let the next request with this very head take the short way, if nothing in it asks for more than that."""
        if request.method != b"GET" or request.version != "1.1" or request.alone is None:
            return
        if any(name in CONDITIONS for name, _ in request.headers):
            return
        until = math.inf if verdict.until is None else verdict.until
        logged = self.trail.access is not None or self.trail.audit is not None
        log = self.trail.begin(connection.peer, request, verdict) if logged else None
        if verdict.any_target:
            connection.targets, connection.until, connection.log = None, until, log
        else:
            now = self.clock.now
            targets = self.opened.targets(connection.peer, request.alone, now)
            targets[request.target] = min(until, now + opened.SECONDS), request.shown, log
            connection.targets, connection.until, connection.log = targets, math.inf, None
        connection.known = request.alone

    def _noted(
        self,
        connection: Connection,
        request: Request,
        verdict: Verdict,
        answer: Answer,
        ask: Ask | None,
        shown: bytes | None,
    ) -> Answer:
        """Count and log an answer; `shown` is the index key by which a photo was found."""
        sent = 0 if request.method == b"HEAD" else len(answer.body)
        self.row[BYTES] += sent
        self.trail.request(connection.peer, request, verdict, answer.status, sent, ask, shown)
        return answer

    # -- what connections tell --------------------------------------------------------------------------------------

    def welcome(self, connection: Connection) -> bool:
        """Take a new connection, if there is room for it."""
        if self.closing or len(self.connections) >= self.settings.serve.connections:
            self.count("turned_away")
            return False
        self.connections.add(connection)
        self.count("connections")
        self.row[OPEN] = len(self.connections)
        return True

    def farewell(self, connection: Connection) -> None:
        """Forget a connection that is gone."""
        self.connections.discard(connection)
        self.row[OPEN] = len(self.connections)

    def count(self, column: str) -> None:
        """Count one more."""
        self.row[COLUMNS.index(column)] += 1

    def bad(self) -> None:
        """Count one more who is malformed, too large or too slow."""
        self.count("bad")

    def failed(self, request: Request, why: Exception) -> None:
        """Note why an answer could not be made."""
        logger.error("%s: %s", request.shown[:200], why, exc_info=None if isinstance(why, LimnerError) else why)

    def cors(self, request: Request) -> bytes:
        """Give the header lines that let a page of an allowed origin read the answer."""
        allowed = self.settings.serve.cors
        if not allowed:
            return b""
        origin = (request.header(b"origin") or b"").decode("latin-1").lower()
        if origin not in allowed:
            return b"Vary: Origin\r\n"
        line = b"Access-Control-Allow-Origin: %s\r\n" % origin.encode("ascii")
        return line + b"Access-Control-Allow-Credentials: true\r\nVary: Origin\r\n"

    # -- time passes ------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Let the time be `now`; to be called ten times a second. New photos show from here on."""
        self.clock.set(now)
        self.trail.tick(self.clock.stamp, now)
        self.row[COLUMNS.index("beat")] = int(now)
        if self._asked or self._photos:
            self._asked = False
            self.row[PHOTOS] += self._photos
            self.row[BYTES] += self._bytes
            self._photos = self._bytes = 0
            self.lane.release()

    def sweep(self) -> None:
        """Cut off who is too slow, and take up changed keys; to be called about once a second."""
        if self.desk is not None:
            self.desk.refresh()
        if self.policy.refresh():
            self._forget_verdicts()
        for connection in list(self.connections):
            connection.sweep()


CONDITIONS = frozenset(
    (
        b"if-none-match",
        b"if-modified-since",
        b"if-match",
        b"if-unmodified-since",
        b"if-range",
        b"range",
        b"origin",
        b"expect",
    )
)


def desk_of(settings: Settings) -> Desk | None:
    """Give the desk where people sign in, if there is one. Raises SettingsError."""
    if settings.sign_in is None:
        return None
    from limner.web.desk import Desk  # with all that signing in needs; see limner.policy.rules

    return Desk(settings.sign_in, settings)


def _same_desk(fresh: Settings, old: Settings) -> bool:
    """Tell whether signing in is as it was: then what is known of the provider need not be fetched anew."""
    return (fresh.sign_in, fresh.fetch, fresh.library) == (old.sign_in, old.fetch, old.library)


def tally_of(settings: Settings) -> Tally | None:
    """Give the counts that budgets need, if there are any; all workers share them. Raises LibraryError."""
    if not any(rule.budget for rule in settings.policy.allow):
        return None
    return Tally(settings.local / "budgets")


def _sees(verdict: Verdict) -> int:
    return GUEST if verdict.guest else INSIDER


def _has_it(request: Request, etag: str, modified: int) -> bool:
    """Tell whether the visitor has this very photo (RFC 9110 section 13.2.2: If-None-Match rules where it is sent)."""
    matches = [value for name, value in request.headers if name == b"if-none-match"]
    if matches:
        tags = [tag.strip().removeprefix(b"W/") for value in matches for tag in value.split(b",")]
        return b"*" in tags or b'"%s"' % etag.encode("ascii") in tags
    since = request.header(b"if-modified-since")
    known = read_http_date(since) if since else None
    return known is not None and modified <= known


def _about(ask: Ask, etag: str) -> Answer:
    """Give Graph's description of a photo."""
    square = missing.rung_for(ask.size)
    one: dict[str, Any] = {
        "@odata.mediaContentType": "image/jpeg",
        "@odata.mediaEtag": f'"{etag}"',
        "id": f"{square}x{square}",
        "width": square,
        "height": square,
    }
    body = {"value": [one]} if ask.about == "photos" else one
    return Answer(200, b"Content-Type: application/json\r\nCache-Control: private\r\n", json.dumps(body).encode())
