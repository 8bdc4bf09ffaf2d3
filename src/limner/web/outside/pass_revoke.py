"""`DELETE /passes/{id}`: a meeting server takes back a pass that it asked for, such as when the meeting ends early.

Of other clients' passes, and of those made by hand, it learns nothing: they are not there for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from limner.passes import Issued, RegisterError
from limner.settings import Passes
from limner.web.answers import Answer
from limner.web.head import Request
from limner.web.outside.pass_client import RefusedError, client_of, open_register, out_of_order, refusal
from limner.web.target import without_server

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door

PATH = b"/passes/"


def handler(door: Door) -> Callable[[Connection, Request], Answer | Awaitable[Answer]]:
    """Give the handler, by the door's settings."""
    setting = door.settings.passes

    def answer(connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
        if request.method != b"DELETE":
            return refusal(RefusedError(405, "a pass is taken back with DELETE", b"Allow: DELETE\r\n"))
        return _later(setting, request)

    return answer


async def _later(setting: Passes, request: Request) -> Answer:
    return await asyncio.get_running_loop().run_in_executor(None, lambda: _revoke(setting, request, time.time()))


def _revoke(setting: Passes, request: Request, now: float) -> Answer:
    number = without_server(request.target).partition(b"?")[0].removeprefix(PATH).decode("latin-1")
    try:
        register = open_register(setting)
        try:
            client, issued = client_of(register, request), Issued(register)
            found = issued.find(number)
            if found is None or found.issuer != client:
                raise RefusedError(404, "you asked for no pass of that id")
            issued.revoke(now=now, number=number)  # once more does no harm, nor does one that has ended
        finally:
            register.close()
    except RefusedError as why:
        return refusal(why)
    except RegisterError as why:
        return refusal(out_of_order(why))
    return Answer(204, b"Cache-Control: no-store\r\n")
