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

    def tick(self) -> None:
        """Keep the time from now on, and cut off who is too slow."""
        self.clock.set(time.time())
        for connection in list(self.connections):
            connection.sweep()
        asyncio.get_running_loop().call_later(0.5, self.tick)

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

    def bad(self) -> None:
        """Count nothing."""

    def cors(self, request: Request) -> bytes:
        return b""

    def failed(self, request: Request, why: Exception) -> None:
        logger.error("admin: %s: %s", request.target[:200], why, exc_info=why)
