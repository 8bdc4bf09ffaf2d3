"""`/sign-in?to=/path`: sends who opens it to the provider."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from limner.oidc import SignInError
from limner.oidc.flow import SECONDS
from limner.policy.cookies import parse_cookies
from limner.web.answers import Answer, plain
from limner.web.desk import Desk, again, is_navigation
from limner.web.head import Request
from limner.web.missing import NEVER
from limner.web.outside.pages import cookie, link, page

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door

logger = logging.getLogger("limner")


def handler(door: Door, desk: Desk, connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
    """Begin a sign-in."""
    if not is_navigation(request):  # an image must not begin one; nor does anything but a browser's window
        return plain(403, "not for you")
    return _begin(door, desk, request)


async def _begin(door: Door, desk: Desk, request: Request) -> Answer:
    to = one_of(request.target, "to") or "/"
    cookies = dict(parse_cookies(request.headers))
    await desk.known()
    now = door.clock.now
    try:
        started = await asyncio.get_running_loop().run_in_executor(None, desk.flow.start, to, cookies, now)
    except SignInError as why:
        return failed(why, to)
    name, value = started.cookie
    lines = b"Location: %s\r\nReferrer-Policy: no-referrer\r\n" % started.location.encode("ascii")
    return Answer(303, lines + cookie(name, value, SECONDS) + NEVER)


def failed(why: SignInError, to: str = "/", lines: bytes = b"") -> Answer:
    """Say that it did not work; the log says why."""
    logger.warning("sign-in: %s", why.detail or why.message)
    return page(why.status, "Not signed in", why.message, link(again(to), "Try again"), lines=lines)


def one_of(target: bytes, name: str) -> str:
    """Give a parameter of an address that is there once; "" for none, and for several."""
    return parameters(target).get(name, "")


def parameters(target: bytes) -> dict[str, str]:
    """Give the parameters of an address that are there once, decoded."""
    query = target.partition(b"?")[2].decode("latin-1")
    try:
        found = parse_qs(query, keep_blank_values=True, max_num_fields=32, errors="replace")
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items() if len(values) == 1}
