"""The one HTTP client: bounded in bytes, time and redirects, guarded in whom it asks, patient with busy servers.

It does its work in the caller's thread; several threads may share one. Cookies are neither kept nor sent, proxies are
not taken from the environment unless that is asked for, and TLS is always verified.
"""

from __future__ import annotations

import json
import random
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpcore
import httpx

from limner.fetch import body, words
from limner.fetch.errors import FetchError
from limner.fetch.resolver import Resolver, resolve
from limner.fetch.rules import Rules, host_of, port_of, refused, shorten
from limner.fetch.wire import Transport, bounded

REDIRECTS = 5  # at most
REDIRECTED = frozenset((301, 302, 303, 307, 308))
BACKOFF = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before asking again; a third more or less, by chance
# what a redirect to another origin takes along; a password or cookie is for the one it was meant for
SHARED = frozenset(("accept", "accept-encoding", "user-agent", "if-none-match", "if-modified-since"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers, body, and the address that it came from in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self) -> Any:
        """Read the body as JSON. Raises FetchError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise FetchError(f"{shorten(self.url)}: the answer is not JSON", kind="broken") from None


class Client:
    """See the module; all bounds are for a single request but `patience`.

    `ca` is a PEM file of authorities to trust beside the system's. `proxy` is "" for none, an http address, or
    "environment". `seconds` is the time that one try may take, from the name's resolution to the last byte; `tries` how
    many there are, and `patience` the seconds after which none is begun any more. `connections` is how many may be
    open at once. Raises FetchError if `ca` cannot be read.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        ca: Path | None = None,
        proxy: str = "",
        seconds: float = 30.0,
        tries: int = 4,
        patience: float = 120.0,
        connections: int = 8,
        agent: str = "limner",
        resolver: Resolver = resolve,
        backoff: Callable[[int], float] = lambda tried: BACKOFF[min(tried, len(BACKOFF)) - 1],
    ) -> None:
        self.rules = rules
        self.seconds = seconds
        self.tries = tries
        self.patience = patience
        self._proxy = proxy
        self._backoff = backoff
        self._closed = threading.Event()
        self._context = trust(ca)
        self._resolver = resolver
        self._connections = connections
        self._agent = agent
        self._sessions: dict[str, httpx.Client] = {}
        self._lock = threading.Lock()

    def get(
        self,
        url: str,
        *,
        limit: int,
        headers: Mapping[str, str] | None = None,
        ok: Collection[int] = (200,),
        seconds: float | None = None,
    ) -> Answer:
        """Fetch an address; `limit` bytes at most. A status that is not in `ok` is an error. Raises FetchError."""
        return self._patiently(lambda: self._follow("GET", url, headers or {}, None, limit, ok, seconds))

    def head(self, url: str, *, headers: Mapping[str, str] | None = None, ok: Collection[int] = (200,)) -> Answer:
        """Ask what `get` would answer, without the body. Raises FetchError."""
        return self._patiently(lambda: self._follow("HEAD", url, headers or {}, None, 0, ok, None))

    def post(
        self,
        url: str,
        content: bytes,
        *,
        limit: int,
        headers: Mapping[str, str],
        ok: Collection[int] = (200,),
        again: bool = False,
    ) -> Answer:
        """Send something; `again`: to send it twice does no harm, so that it may be tried again. Redirects are errors.

        Raises FetchError.
        """

        def ask() -> Answer:
            return self._follow("POST", url, headers, content, limit, ok, None)

        return self._patiently(ask) if again else ask()

    def rest(self, seconds: float) -> None:
        """Wait, but no longer than until the client is closed."""
        self._closed.wait(seconds)

    def close(self) -> None:
        """Close all connections; whoever waits to ask again gives up."""
        self._closed.set()
        for session in self._sessions.values():
            session.close()

    # -- one request ------------------------------------------------------------------------------------------------

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask again, after a rest, as long as that may help."""
        end = time.monotonic() + self.patience
        tried = 0
        while True:
            try:
                return ask()
            except FetchError as why:
                tried += 1
                rest = max(self._backoff(tried) * random.uniform(0.67, 1.33), why.after)  # noqa: S311
                if not why.again or tried >= self.tries or time.monotonic() + rest > end:
                    raise
                if self._closed.wait(rest):
                    raise

    def _follow(
        self,
        method: str,
        text: str,
        headers: Mapping[str, str],
        content: bytes | None,
        limit: int,
        ok: Collection[int],
        seconds: float | None,
    ) -> Answer:
        """Make a request, and those that it is redirected to, each judged anew, all within the time of one."""
        seconds = seconds or self.seconds
        with bounded(time.monotonic() + seconds):
            url = self._judged(text)
            for _ in range(REDIRECTS + 1):
                answer, to = self._once(method, url, headers, content, limit, ok, seconds)
                if answer is not None:
                    return answer
                old, url = url, self._next(url, to)
                if (old.scheme, host_of(old), port_of(old)) != (url.scheme, host_of(url), port_of(url)):
                    headers = {name: value for name, value in headers.items() if name.lower() in SHARED}
        raise FetchError(f"{shorten(text)}: redirected more than {REDIRECTS} times", kind="broken")

    def _next(self, url: httpx.URL, to: str) -> httpx.URL:
        """Give where a redirect leads. Raises FetchError."""
        try:
            target = url.join(to)
        except (httpx.InvalidURL, ValueError):
            raise refused(f"{shorten(str(url))}: redirected to something that is no address") from None
        if url.scheme == "https" and target.scheme == "http":
            raise refused(f"{shorten(str(url))}: redirected from https to http ({shorten(str(target))})")
        try:
            return self._judged(target)
        except FetchError as why:
            raise refused(f"{shorten(str(url))}: redirected: {why.message}", why.hint) from None

    def _judged(self, text: str | httpx.URL) -> httpx.URL:
        url = self.rules.check(text)
        return self.rules.check(url, named_only=True) if self._way(url) else url

    def _once(
        self,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        content: bytes | None,
        limit: int,
        ok: Collection[int],
        seconds: float,
    ) -> tuple[Answer | None, str]:
        """Make one request: the answer, or None and where it is redirected to. Raises FetchError."""
        shown = shorten(str(url))
        session = self._via(self._way(url))
        try:
            with session.stream(method, url, headers=headers, content=content) as response:
                status = response.status_code
                if status in REDIRECTED and status not in ok and "location" in response.headers:
                    if method == "POST":
                        raise FetchError(f"{shown}: redirected ({status}), which is not followed here", kind="broken")
                    return None, response.headers["location"]
                if status not in ok:
                    raise words.of_status(shown, status, response.headers.get("retry-after"))
                got = response.read() if method == "HEAD" else body.read(response, limit, shown)
                return Answer(status, response.headers, got, str(url)), ""
        except httpcore.UnsupportedProtocol:
            raise refused(f"{shown}: not an http or https address") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError) as why:
            raise words.of_failure(shown, host_of(url), why, seconds) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as why:
            raise FetchError(f"{shown}: {why}", kind="broken") from None

    # -- ways -------------------------------------------------------------------------------------------------------

    def _way(self, url: httpx.URL) -> str:
        """Give the proxy for an address; "" for none."""
        if self._proxy != "environment":
            return self._proxy
        host = host_of(url)
        bypass: Callable[[str], bool] = urllib.request.proxy_bypass
        return "" if bypass(host) else urllib.request.getproxies().get(url.scheme, "")

    def _via(self, way: str) -> httpx.Client:
        """Give the session that asks by way of a proxy; "" is none."""
        with self._lock:
            session = self._sessions.get(way)
            if session is None:
                none: Any = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
                session = self._sessions[way] = httpx.Client(
                    transport=Transport(self.rules, self._context, self._resolver, self._connections, way),
                    headers={"user-agent": self._agent, "accept-encoding": body.ACCEPTED, "accept": "*/*"},
                    cookies=none,
                    trust_env=False,
                    timeout=httpx.Timeout(None, pool=self.seconds),  # the others are `bounded`
                )
            return session


def trust(ca: Path | None) -> ssl.SSLContext:
    """Give a context that trusts the system's authorities and those in `ca` (PEM). Raises FetchError."""
    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except (OSError, ssl.SSLError) as why:
            reason = "there is no certificate in it (PEM)" if isinstance(why, ssl.SSLError) else why.strerror
            raise FetchError(f"cannot take authorities from {ca}: {reason}", kind="certificate") from None
    return context
