"""HTTP/1: redirects, refusals, and single sign-on cookies; of everything else only how often. After RFC 9112.

Queries, bodies, credentials and the values of cookies are not kept. What a proxy tunnels (CONNECT) is VP or TLS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from limner.signon.capture.protocols.vp import Vp
from limner.signon.capture.talk import Talk, clean
from limner.signon.capture.tape import Hole, Peek, Script, Skip, Stamp, Tape, Until
from limner.signon.capture.token import TokenSeen, look_at

_END: Final = b"\r\n\r\n"
_MOST_HEAD: Final = 65_536
_MOST_HEADERS: Final = 200
_MOST_COOKIES: Final = 20
_METHODS: Final = (b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI", b"CONN", b"DELE", b"PATC", b"PROP", b"TRAC", b"REPO")
_REFUSED: Final = frozenset({400, 401, 403, 404, 407, 500, 502, 503, 504})

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cookie:
    """An LTPA cookie that a server set; `domain` is as it said it, None where the cookie is for its host alone."""

    stamp: Stamp
    name: str
    host: str | None
    domain: str | None
    token: TokenSeen


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that matters: a redirect or a refusal. `to` is without its query."""

    stamp: Stamp
    status: int
    host: str | None
    to: str | None
    ltpa_sent: bool


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: str
    host: str | None
    ltpa: tuple[str, ...]
    scheme: str | None


@dataclass(slots=True)
class Http(Talk):
    """What was seen of an HTTP connection."""

    requests: int = 0
    answers: list[Answer] = field(default_factory=list)
    cookies: list[Cookie] = field(default_factory=list)
    tunnel: Vp | None = None
    tunnel_to: str | None = None
    _open: deque[_Request] = field(default_factory=lambda: deque(maxlen=100))

    def client(self, tape: Tape) -> Script:
        while True:
            begin = yield Peek(4)
            if begin not in _METHODS:
                if (self._open and self._open[-1].method == "CONNECT") or self.tunnel:
                    yield from self._vp().client(tape)
                    return
                break
            first, headers = _parse((yield Until(_END, _MOST_HEAD)))
            self.requests += 1
            self._open.append(_request(first, headers))
            try:
                yield from _pass_body(headers, until_end=False)
            except Hole as hole:
                self.unread = self.unread or hole.missing is not None
                raise
        self.unread = True
        self.say(tape.stamp, "sends something that is not HTTP")
        yield Skip(None)

    def server(self, tape: Tape) -> Script:
        while True:
            begin = yield Peek(4)
            if begin != b"HTTP":
                break
            first, headers = _parse((yield Until(_END, _MOST_HEAD)))
            status = int(first[1]) if len(first) > 1 and first[1].isdecimal() and len(first[1]) == 3 else 0
            interim = 100 <= status < 200 and status != 101
            request = self._open[0] if self._open else None
            if request and not interim:
                self._open.popleft()
            self._note(status, headers, request, tape.stamp)
            if request and request.method == "CONNECT" and 200 <= status < 300:
                self.tunnel_to = request.target
                yield from self._vp().server(tape)
                return
            if status == 101:
                yield Skip(None)
            if interim or status in (204, 304) or (request and request.method == "HEAD"):
                continue
            try:
                yield from _pass_body(headers, until_end=True)
            except Hole as hole:
                self.unread = self.unread or hole.missing is not None
                raise
        self.unread = True
        self.say(tape.stamp, "sends something that is not HTTP", by_client=False)
        yield Skip(None)

    def _vp(self) -> Vp:
        if self.tunnel is None:
            self.tunnel = Vp(self.events)
        return self.tunnel

    def _note(self, status: int, headers: Headers, request: _Request | None, stamp: Stamp) -> None:
        """Keep what matters of an answer."""
        host = request.host if request else None
        for value in _all(headers, "set-cookie"):
            self._cookie(value, host, stamp)
        to = _without_query(_first(headers, "location")) if 300 <= status < 400 else None
        if not (to or status in _REFUSED) or len(self.answers) >= 50:
            return
        self.answers.append(Answer(stamp, status, host, to, bool(request and request.ltpa)))
        asked = f"{request.method} {request.target}" if request else "a request that was not captured"
        how = f" with {', '.join(request.ltpa)}" if request and request.ltpa else ""
        how += f" with {request.scheme} credentials" if request and request.scheme else ""
        what = f"sends the client to {to}" if to else f"answers {status}"
        schemes = sorted({clean(value.split(" ")[0]) for value in _all(headers, "www-authenticate")})
        wanted = f", and wants {', '.join(schemes)}" if schemes else ""
        at = f" at {host}" if host else ""
        self.say(stamp, f"{what}{wanted}; asked was {asked}{at}{how}", host or "", _host_of(to), by_client=False)

    def _cookie(self, value: str, host: str | None, stamp: Stamp) -> None:
        pair, *attributes = value.split(";")
        name, _, content = pair.partition("=")
        if "ltpa" not in name.lower() or not content.strip() or len(self.cookies) >= _MOST_COOKIES:
            return
        parts = (attribute.partition("=") for attribute in attributes)
        domain = next((clean(said.strip()) for key, _, said in parts if key.strip().lower() == "domain"), None) or None
        token = look_at(content.strip().encode("latin-1", "replace"))
        self.cookies.append(Cookie(stamp, clean(name.strip()), host, domain, token))
        for_whom = f"the domain {domain}" if domain else "its own host alone"
        self.say(stamp, f"sets {clean(name.strip())} for {for_whom}: {token.words}", domain or "", by_client=False)


def _parse(raw: bytes) -> tuple[list[str], Headers]:
    """Give the words of the first line, and the headers, names in lower case."""
    first, *lines = raw.decode("latin-1").split("\r\n", _MOST_HEADERS)
    pairs = (line.partition(":") for line in lines)
    return first.split(" "), [(name.strip().lower(), value.strip()) for name, _, value in pairs if value]


def _request(first: list[str], headers: Headers) -> _Request:
    cookies = (pair.partition("=")[0].strip() for value in _all(headers, "cookie") for pair in value.split(";"))
    ltpa = tuple(sorted({clean(name) for name in cookies if "ltpa" in name.lower()}))[:5]
    host, scheme = _first(headers, "host"), (_first(headers, "authorization") or "").split(" ")[0]
    target = _without_query(first[1] if len(first) > 1 else "") or "/"
    return _Request(clean(first[0]), target, clean(host) if host else None, ltpa, clean(scheme) or None)


def _pass_body(headers: Headers, *, until_end: bool) -> Script:
    """Let a body pass; `until_end`: one without a length goes on until the connection ends."""
    if "chunked" in (_first(headers, "transfer-encoding") or "").lower():
        while True:
            line = yield Until(b"\r\n", 1024)
            try:
                size = int(line.split(b";")[0], 16)
            except ValueError:
                yield Skip(None)
                return
            if not 0 < size < 1 << 40:
                break
            yield Skip(size + 2)
        while (yield Until(b"\r\n", 8192)) != b"\r\n":  # what follows the last piece
            pass
        return
    length = _first(headers, "content-length")
    if length is not None and length.isdecimal() and len(length) < 16:
        yield Skip(int(length))
    elif until_end:
        yield Skip(None)


def _all(headers: Headers, name: str) -> Iterator[str]:
    return (value for key, value in headers if key == name)


def _first(headers: Headers, name: str) -> str | None:
    return next(_all(headers, name), None)


def _without_query(address: str | None) -> str | None:
    """Give an address without query, fragment, and user: tokens travel in these."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
        return clean(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")))
    except ValueError:
        return clean(address.partition("?")[0])


def _host_of(address: str | None) -> str:
    try:
        return urlsplit(address or "").hostname or ""
    except ValueError:
        return ""
