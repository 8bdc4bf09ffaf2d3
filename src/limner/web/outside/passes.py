"""`POST /passes`: a meeting server asks for a pass. JSON in, JSON out.

The body has `room`, `faces` (a list of mail addresses) and `for` ("2h", or seconds). The register is read and written
in a thread: other visitors do not wait for the disk.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from limner.passes import Issued, PassError, RegisterError
from limner.passes.issued import RateError
from limner.settings import Passes
from limner.settings.durations import seconds
from limner.web.answers import Answer
from limner.web.head import Request
from limner.web.outside.pass_client import RefusedError, as_json, client_of, open_register, out_of_order, refusal
from limner.web.passed import link_of

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door

FIELDS = frozenset(("room", "faces", "for"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for."""

    room: str
    faces: list[str]
    seconds: int


def handler(door: Door) -> Callable[[Connection, Request], Answer | Awaitable[Answer]]:
    """Give the handler, by the door's settings."""
    setting = door.settings.passes

    def answer(connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
        if request.method != b"POST":
            return refusal(RefusedError(405, "a pass is asked for with POST", b"Allow: POST\r\n"))
        return _later(setting, request)

    return answer


async def _later(setting: Passes, request: Request) -> Answer:
    return await asyncio.get_running_loop().run_in_executor(None, lambda: _issue(setting, request, time.time()))


def _issue(setting: Passes, request: Request, now: float) -> Answer:
    try:
        register = open_register(setting)
        try:
            client = client_of(register, request)
            wish = _wish(setting, request)
            try:
                made, token = Issued(register).issue(
                    wish.room,
                    wish.faces,
                    wish.seconds,
                    issuer=client,
                    now=now,
                    most_faces=setting.faces,
                    per_minute=setting.per_minute,
                )
            except RateError as why:
                raise RefusedError(429, why.message, b"Retry-After: 60\r\n") from None
        finally:
            register.close()
    except RefusedError as why:
        return refusal(why)
    except RegisterError as why:
        return refusal(out_of_order(why))
    except PassError as why:
        return refusal(RefusedError(400, why.message))
    body = {
        "id": made.id,
        "room": made.room,
        "faces": len(made.faces),
        "ends": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made.ends)),
        "token": token,
        "link": link_of(setting, token),
    }
    return as_json(201, body)


def _wish(setting: Passes, request: Request) -> Wish:
    """Read the body. Only JSON by its name: a page in a browser cannot send that to another site unasked."""
    kind = (request.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise RefusedError(415, "send application/json")
    if request.body is None:
        raise RefusedError(413, "the request's body is too large")
    try:
        fields = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise RefusedError(400, "the body is not JSON") from None
    if not isinstance(fields, dict):
        raise RefusedError(400, "the body is not a JSON object")
    unknown = sorted(set(fields) - FIELDS)
    if unknown:
        raise RefusedError(400, f"there is no field {unknown[0][:40]!r}; there are: room, faces, for")
    room, faces = fields.get("room"), fields.get("faces")
    if not isinstance(room, str):
        raise RefusedError(400, "room: a text is needed")
    if not isinstance(faces, list) or not all(isinstance(face, str) for face in faces):
        raise RefusedError(400, "faces: a list of texts is needed")
    return Wish(room, faces, _seconds(fields.get("for"), setting))


def _seconds(given: Any, setting: Passes) -> int:
    longest = seconds(setting.longest)
    if given is None:
        return min(7200, longest)
    if isinstance(given, str):
        try:
            given = seconds(given)
        except ValueError:
            given = None
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= longest:
        raise RefusedError(400, f'for: a duration such as "2h", or seconds; at most {setting.longest}')
    return given
