"""`/sign-in/callback`: where the provider sends people back to, with a code or with a reason why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from limner.oidc import SignInError
from limner.oidc.flow import COOKIE as BEGUN
from limner.oidc.flow import SLOTS, cookie_name
from limner.oidc.session import COOKIE
from limner.policy.cookies import parse_cookies
from limner.web.answers import Answer, plain
from limner.web.desk import EXCHANGES, Desk
from limner.web.head import Request
from limner.web.missing import NEVER
from limner.web.outside.pages import cookie
from limner.web.outside.sign_in import failed, parameters

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door

BUSY = SignInError("Too many people are signing in just now. Please try again in a minute.", status=503)


def handler(door: Door, desk: Desk, connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
    """End a sign-in."""
    request.shown = request.target.partition(b"?")[0]  # the code is written down nowhere
    if request.method != b"GET":
        return plain(405, "this address is for browsers that come back from signing in", lines=b"Allow: GET\r\n")
    return _end(door, desk, request)


async def _end(door: Door, desk: Desk, request: Request) -> Answer:
    answer, cookies = parameters(request.target), dict(parse_cookies(request.headers))
    name = cookie_name(answer.get("state", ""))
    # whatever comes of it, what was begun is over; a name that is not one of ours is not written into an answer
    over = cookie(name, b"", 0) if name in cookies and name[len(BEGUN) :].decode("latin-1") in SLOTS else b""
    now = door.clock.now
    if desk.exchanges >= EXCHANGES:
        return failed(BUSY)
    try:
        begun = desk.flow.resume(answer, cookies, now)
    except SignInError as why:
        return failed(why)  # without `over`: anybody can send people here, and could end what they have begun
    desk.exchanges += 1
    loop = asyncio.get_running_loop()
    try:
        await desk.known()
        who = await loop.run_in_executor(None, desk.flow.finish, answer, begun, now)
        value, until = await loop.run_in_executor(None, desk.sessions.give, who, now)
    except SignInError as why:
        return failed(why, begun.to, over)
    finally:
        desk.exchanges -= 1
    lines = b"Location: %s\r\nReferrer-Policy: no-referrer\r\n" % begun.to.encode("ascii")
    return Answer(303, lines + cookie(COOKIE, value, int(until - now)) + over + NEVER)
