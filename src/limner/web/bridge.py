"""From a request to the small ASGI app and back, for everything that is no photo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_to_bytes

from limner.web.answers import Answer
from limner.web.head import Request
from limner.web.target import without_server

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

OWN_LINES = frozenset((b"content-length", b"transfer-encoding", b"connection", b"date", b"x-content-type-options"))


async def ask_app(
    app: App, request: Request, peer: str | None, *, secure: bool, more: Mapping[str, object] = MappingProxyType({})
) -> Answer:
    """Ask the app, and gather its answer whole: what it sends is small. `more` is added to the scope."""
    path, _, query = without_server(request.shown).partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": request.version,
        "method": request.method.decode("ascii"),
        "scheme": "https" if secure else "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": request.headers,
        "client": (peer, 0) if peer else None,
        "server": None,
        **more,
    }
    body = [b""]  # a request's body is dropped: nothing here wants one
    status = 500
    lines: list[bytes] = []
    out = bytearray()

    async def receive() -> Message:
        if body:
            return {"type": "http.request", "body": body.pop(), "more_body": False}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            lines.extend(b"%s: %s\r\n" % pair for pair in message["headers"] if pair[0].lower() not in OWN_LINES)
        elif message["type"] == "http.response.body":
            out.extend(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, b"".join(lines), bytes(out))
