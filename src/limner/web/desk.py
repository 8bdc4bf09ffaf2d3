"""The desk beside the door where people sign in: the provider, the sign-ins under way, and their sessions."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from urllib.parse import urlencode

from limner.errors import SettingsError
from limner.jwt import RefusedError
from limner.oidc import Flow, Provider, Session, Sessions, safe_path
from limner.oidc.session import COOKIE
from limner.policy.by_jwt import client_of
from limner.policy.by_session import sessions_of
from limner.policy.cookies import parse_cookies
from limner.settings import Settings, SignIn
from limner.web.answers import Answer, plain
from limner.web.head import Request
from limner.web.missing import NEVER
from limner.web.outside.pages import link, page
from limner.web.target import without_server

SECRET = "LIMNER_SIGN_IN_SECRET"  # noqa: S105 - the name of the variable
SECRET_BYTES = 4096
PATH = "/sign-in"
WAIT_SECONDS = 3.0  # for the provider, after the door opened
EXCHANGES = 8  # sign-ins of one worker that may ask the provider at the same time


class Desk:
    """See the module; made of `[sign_in]`. Raises SettingsError for a secret that cannot be read."""

    def __init__(self, sign_in: SignIn, whole: Settings) -> None:
        self.sign_in = sign_in
        self.sessions: Sessions = sessions_of(sign_in, whole)
        read_secret(sign_in)
        self.provider = Provider(
            sign_in.issuer,
            sign_in.client_id,
            lambda: read_secret(sign_in),
            tuple(sign_in.algorithms),
            lambda: client_of(whole.fetch, sign_in.issuer),
            keep=sign_in.keys_hours * 3600,
        )
        self.flow = Flow(sign_in, self.provider, self.sessions.keybox)
        self.exchanges = 0

    def refresh(self) -> None:
        """Keep what the provider publishes up to date; to be called each second."""
        self.provider.refresh()

    async def known(self) -> None:
        """Wait a little for what the provider publishes, where the door has just opened and it was not told yet."""
        end = time.monotonic() + WAIT_SECONDS
        while not self.provider.is_ready and self.provider.trouble() is None and time.monotonic() < end:
            self.refresh()
            await asyncio.sleep(0.05)

    def session(self, request: Request, now: float) -> Session | None:
        """Give the session that a request sends, if it counts."""
        for name, value in parse_cookies(request.headers):
            if name == COOKIE:
                try:
                    return self.sessions.check(value, now)
                except RefusedError:
                    continue
        return None

    def refuse(self, request: Request, now: float) -> Answer:
        """Answer a refused visitor: a page that is opened is sent to sign in, everything else is told no.

        So is who has signed in and still may not: to sign in again would lead to the same, for ever.
        """
        if not is_navigation(request):
            return plain(403, "not for you")
        session = self.session(request, now)
        if session is not None:
            said = f"You are signed in as {session.name}, who may not see this."
            return page(403, "Not for you", said, link("/sign-out", "Sign out"))
        to = without_server(request.shown).decode("latin-1")
        return Answer(302, b"Location: %s\r\n" % again(to).encode("ascii") + NEVER)


def again(to: str) -> str:
    """Give the address that begins a sign-in and leads back to a path."""
    return f"{PATH}?{urlencode({'to': safe_path(to)})}" if safe_path(to) != "/" else PATH


def is_navigation(request: Request) -> bool:
    """Tell whether somebody opens a page, and not a page an image (Fetch Metadata; for want of that, Accept)."""
    if request.method != b"GET":
        return False
    mode, place = request.header(b"sec-fetch-mode"), request.header(b"sec-fetch-dest")
    if mode is not None:
        return mode == b"navigate" and place in (None, b"document")
    return b"text/html" in (request.header(b"accept") or b"")


def is_own(request: Request, url: str) -> bool:
    """Tell whether a POST comes from a page of this very site."""
    origin, site = request.header(b"origin"), request.header(b"sec-fetch-site")
    if site is not None and site != b"same-origin":
        return False
    return origin is not None and origin.decode("latin-1").lower() == url


def read_secret(sign_in: SignIn) -> str | None:
    """Give limner's secret at the provider; None: it is a public client. Raises SettingsError."""
    if sign_in.secret is None:
        return os.environ.get(SECRET) or None
    return _read(sign_in.secret)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            is_open = os.fstat(stream.fileno()).st_mode & 0o077
            raw = stream.read(SECRET_BYTES + 1)
        text = raw.decode("utf-8").rstrip("\r\n")
    except OSError as why:
        raise SettingsError(f"cannot read {file}: {why.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is not UTF-8") from None
    if is_open:
        raise SettingsError(f"others than its owner can get at {file}", hint=f"chmod 600 {file}")
    if not text or len(raw) > SECRET_BYTES or not text.isprintable():
        raise SettingsError(f"{file} should hold limner's secret at the provider, in one line")
    return text
