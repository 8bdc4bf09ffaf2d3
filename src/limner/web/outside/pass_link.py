"""`/pass/{token}`: the link of a meeting pass turns into a cookie, and leads on to an address without the token.

`?to=/path` says where to, on this site; else the setting `landing` does; else it is `/pass/`, a page that says what has
happened. Whoever comes without a valid pass gets what any refused visitor gets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from limner.policy.by_pass import COOKIE, SECURE_COOKIE, ByPass, Opened
from limner.policy.condition import Visitor
from limner.web.answers import Answer, plain
from limner.web.head import Request
from limner.web.passed import cookie_line
from limner.web.target import without_server

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door

PATH = b"/pass/"
PAGE = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>You are a guest</title>
<style>body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem }</style>
<h1>You are a guest</h1>
<p>Until the meeting ends, this browser shows you the photos of those who take part. You can close this page.</p>
</html>
"""
LINES = (
    b"Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
    b"Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *\r\n"
)
# where `to` may lead: a path of this site, in characters that no browser reads in two ways
_LOCAL = re.compile(rb"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,1000})?")


def handler(door: Door) -> Callable[[Connection, Request], Answer]:
    """Give the handler, by the door's settings."""
    setting = door.settings.passes

    def answer(connection: Connection, request: Request) -> Answer:
        target = without_server(request.target)
        path, _, query = target.partition(b"?")
        token = path[len(PATH) :]
        request.shown = PATH + b"-" if token else PATH  # whoever reads the log must not get in by it
        if request.method not in (b"GET", b"HEAD"):
            return plain(405, "a pass is shown with GET", lines=b"Allow: GET, HEAD\r\n")
        if not token:
            return _page(door, request)
        opened = _opened(door, token)
        if opened is None:
            return door.refuse(request)
        secure = connection.secure or (setting.site or "").startswith("https:")
        left = max(math.ceil(opened.until - door.clock.now), 1)
        lines = LINES + cookie_line(setting, opened.id, token, left, secure=secure)
        return Answer(303, lines + b"Location: %s\r\n" % _to(query, setting.landing))

    return answer


def _page(door: Door, request: Request) -> Answer:
    """Tell whoever has a cookie of a valid pass that it works."""
    for name, value in Visitor(headers=request.headers).cookies:
        if name.startswith((COOKIE, SECURE_COOKIE)) and _opened(door, value) is not None:
            return Answer(200, LINES + b"Content-Type: text/html; charset=utf-8\r\n", PAGE)
    return door.refuse(request)


def _opened(door: Door, token: bytes) -> Opened | None:
    """Give what a token opens by any rule."""
    conditions = (each for rule in door.policy.rules for each in rule.conditions if isinstance(each, ByPass))
    return next((found for each in conditions if (found := each.opened(token, door.clock.now)) is not None), None)


def _to(query: bytes, landing: str | None) -> bytes:
    """Give where to go on; never to another site, but for the one that the settings name."""
    for piece in query.split(b"&"):
        name, _, value = piece.partition(b"=")
        wanted = unquote_to_bytes(value)
        if name == b"to" and _LOCAL.fullmatch(wanted):
            return wanted
    return landing.encode("ascii") if landing else PATH
