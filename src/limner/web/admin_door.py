"""The door of the admin address: every request goes to the admin app, nobody is judged, nothing is counted."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable

from limner.settings import Settings
from limner.web.answers import Answer, Clock
from limner.web.bridge import App, ask_app
from limner.web.connection import Connection
from limner.web.head import Request

logger = logging.getLogger("limner")
CONNECTIONS = 64


class AdminDoor:
    """What connections of the admin address share; see `limner.web.connection.Host`."""

    def __init__(self, settings: Settings, app: App) -> None:
        self.settings = settings
        self.app = app
        self.clock = Clock()
        self.closing = False
        self.connections: set[Connection] = set()

    def start(self) -> None:
        """Begin to keep the time."""
        self.clock.set(time.time())
        limits, now = self.settings.serve, self.clock.now
        for connection in list(self.connections):
            age = now - connection.since
            if age > (limits.head_seconds if connection.reading or connection.paused else limits.idle_seconds):
                connection.transport.abort()
        asyncio.get_running_loop().call_later(0.5, self.start)

    def welcome(self, connection: Connection) -> bool:
        if len(self.connections) >= CONNECTIONS:
            return False
        self.connections.add(connection)
        return True

    def farewell(self, connection: Connection) -> None:
        self.connections.discard(connection)

    def short(self, connection: Connection, target: bytes) -> bool:
        return False

    def answer(self, connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
        return ask_app(self.app, request, connection.peer, secure=False)

    def count(self, column: str) -> None:
        """Count nothing."""

    def cors(self, request: Request) -> bytes:
        return b""

    def failed(self, request: Request) -> None:
        logger.exception("admin: %s", request.target[:200])
