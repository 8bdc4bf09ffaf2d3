"""The admin address judges nobody, and is bounded."""

import asyncio
import time

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from limner.settings import Settings
from limner.web import admin_door
from limner.web.admin_door import AdminDoor
from limner.web.connection import Connection

from .house import FakeTransport, get, read_replies


def connect(door):
    connection = Connection(door)
    connection.connection_made(FakeTransport())
    return connection


def test_it_answers_whoever_comes_and_cuts_off_who_is_idle(monkeypatch):
    app = Starlette(routes=[Route("/healthz", lambda request: PlainTextResponse("ok"))])

    async def run():
        door = AdminDoor(Settings(), app)
        door.tick()
        connection = connect(door)
        connection.data_received(get("/healthz"))
        while connection.waiting:
            await asyncio.sleep(0)
        (reply,) = read_replies(bytes(connection.transport.out))
        assert (reply.status, reply.body) == (200, b"ok")
        later = time.time() + 76
        monkeypatch.setattr(time, "time", lambda: later)
        door.tick()
        assert connection.transport.hung_up

    asyncio.run(run())


def test_it_takes_few_connections(monkeypatch):
    monkeypatch.setattr(admin_door, "CONNECTIONS", 1)
    door = AdminDoor(Settings(), Starlette())
    assert [connect(door).transport.closed for _ in range(2)] == [False, True]
