"""`/sign-out`: a page with a button, and what the button does. A link alone signs nobody out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from limner.oidc import Session, SignInError
from limner.oidc.session import COOKIE
from limner.web.answers import Answer, plain
from limner.web.desk import Desk, is_own
from limner.web.head import Request
from limner.web.outside.pages import button, cookie, link, page
from limner.web.outside.sign_in import failed

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door


def handler(door: Door, desk: Desk, connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
    """Show the button, or sign out."""
    session = desk.session(request, door.clock.now)
    if request.method in (b"GET", b"HEAD"):
        if session is None:
            return page(200, "Not signed in", "You are not signed in here.", link("/sign-in", "Sign in"))
        return page(200, "Sign out", f"You are signed in as {session.name}.", button("/sign-out", "Sign out"))
    if request.method != b"POST":
        return plain(405, "this address takes GET and POST", lines=b"Allow: GET, HEAD, POST\r\n")
    if not is_own(request, desk.sign_in.url):
        return plain(403, "only limner's own page signs people out")
    return _end(door, desk, session)


async def _end(door: Door, desk: Desk, session: Session | None) -> Answer:
    if session is not None:
        keybox = desk.sessions.keybox
        try:
            await asyncio.get_running_loop().run_in_executor(None, keybox.revoke, session.id, session.until)
        except SignInError as why:
            return failed(why)
        door.sweep()  # here it counts at once; in other workers within a second
    actions = [link("/sign-in", "Sign in again")]
    if (elsewhere := _end_session(desk)) is not None:
        actions.append(link(elsewhere, "Sign out there too"))
    lines = cookie(COOKIE, b"", 0)
    return page(200, "Signed out", "You are signed out here, but not at the sign-in service.", *actions, lines=lines)


def _end_session(desk: Desk) -> str | None:
    """Give where the provider signs people out (OpenID Connect RP-Initiated Logout 1.0); None where it does not."""
    try:
        where = desk.provider.metadata.end_session
    except SignInError:
        return None
    return f"{where}{'&' if '?' in where else '?'}{urlencode({'client_id': desk.sign_in.client_id})}" if where else None
