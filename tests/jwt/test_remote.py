"""Documents fetched in the background, from a real server that comes and goes."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from limner.errors import LimnerError
from limner.fetch import Client, Rules
from limner.jwt.remote import GAP, REST, Remote, shared
from origin import Asked, Origin, Reply, origin


class Server:
    def __init__(self) -> None:
        self.reply = Reply(body=b"one")
        self.asked = 0

    def __call__(self, asked: Asked) -> Reply:
        self.asked += 1
        return self.reply


@pytest.fixture
def server() -> Server:
    return Server()


def read(raw: bytes) -> str:
    if not raw:
        raise LimnerError("it is empty")
    return raw.decode()


@pytest.fixture
def remote(server: Server) -> Iterator[Remote[str]]:
    with origin(server) as there:
        yield make(there)


def make(there: Origin) -> Remote[str]:
    def client() -> Client:
        return Client(Rules.of(origins=[there.url]), tries=1, seconds=5)

    return Remote(f"{there.url}/keys", client, read, every=100, keep=1000)


def fetched(remote: Remote[str], now: float) -> str | None:
    """Let it begin and end what is due at a time (by time.monotonic)."""
    remote.poll(now)
    if remote._thread is not None:
        remote._thread.join(10)
        remote.poll(now)
    return remote.value


def test_it_is_fetched_at_once_and_then_now_and_then(remote: Remote[str], server: Server) -> None:
    assert fetched(remote, 1000) == "one"
    server.reply = Reply(body=b"two")
    assert fetched(remote, 1099) == "one"
    assert fetched(remote, 1100) == "two"
    assert server.asked == 2


def test_the_old_one_stays_while_the_server_is_down_and_not_for_ever(
    remote: Remote[str], server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    fetched(remote, 1000)
    for bad in (Reply(503), Reply(body=b""), Reply(404)):
        server.reply = bad
        remote._due = 0
        assert fetched(remote, 1500) == "one"
    assert "still counts" in caplog.text
    assert fetched(remote, 2000) == "one"
    assert fetched(remote, 2001) is None
    assert "nothing of it counts any more" in caplog.text
    server.reply = Reply(body=b"one")
    assert fetched(remote, 3000) == "one"
    assert remote.trouble is None
    assert "is there again" in caplog.text


def test_a_server_that_is_down_is_asked_again_with_rests_and_named_once(
    remote: Remote[str], server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.reply = Reply(500)
    now = 1000.0
    for rest in REST:
        assert fetched(remote, now) is None
        before = server.asked
        assert fetched(remote, now + rest - 0.1) is None
        assert server.asked == before
        now += rest
    assert len(caplog.records) == 1


def test_a_token_with_a_new_key_has_it_fetched_soon_but_not_for_each(remote: Remote[str], server: Server) -> None:
    fetched(remote, 1000)
    for _ in range(100):
        remote.soon(1001)
        fetched(remote, 1001)
    assert server.asked == 1
    server.reply = Reply(body=b"two")
    assert fetched(remote, 1000 + GAP) == "two"
    fetched(remote, 1000 + GAP + 1)
    assert server.asked == 2


def test_while_it_is_down_nobody_outside_can_make_it_ask(remote: Remote[str], server: Server) -> None:
    server.reply = Reply(500)
    fetched(remote, 1000)
    remote.soon(1000.1)
    fetched(remote, 1000.1)
    assert server.asked == 1


def test_a_slow_server_holds_up_nobody(server: Server) -> None:
    import threading

    hold = threading.Event()

    def slowly(asked: Asked) -> Reply:
        hold.wait(10)
        return Reply(body=b"late")

    with origin(slowly) as there:
        remote = make(there)
        start = time.monotonic()
        for second in range(20):
            remote.poll(1000 + second)
        assert time.monotonic() - start < 1
        assert remote.value is None
        hold.set()
        remote.wait()
        assert remote.value == "late"


def test_whatever_goes_wrong_is_trouble_and_no_exception() -> None:
    def client() -> Client:
        raise ZeroDivisionError

    remote = Remote("https://example.com/", client, read, every=100, keep=1000)
    assert fetched(remote, 1000) is None
    assert "ZeroDivisionError" in (remote.trouble or "")


def test_those_of_one_address_are_one() -> None:
    def new() -> Remote[str]:
        return Remote("x", lambda: Client(Rules()), read, every=1, keep=1)

    one = shared(("a",), new)
    assert shared(("a",), new) is one
    assert shared(("b",), new) is not one
