"""Names to addresses, within a bounded time."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from limner.fetch.errors import FetchError
from limner.fetch.resolver import resolve


def test_an_address_is_its_own() -> None:
    assert resolve("127.0.0.1", 80, 5) == ["127.0.0.1"]
    assert resolve("::1", 80, 5) == ["::1"]


def test_a_name_of_the_hosts_file() -> None:
    assert set(resolve("localhost", 80, 5)) <= {"127.0.0.1", "::1"}


def raising(monkeypatch: pytest.MonkeyPatch, why: Exception) -> FetchError:
    def getaddrinfo(*asked: object, **more: object) -> list[object]:
        raise why

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(FetchError) as caught:
        resolve("photos.example", 80, 5)
    assert caught.value.kind == "host"
    return caught.value


def test_a_name_that_nobody_has_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    why = raising(monkeypatch, socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert why.message == "there is no host 'photos.example' (DNS)"
    assert not why.again


def test_a_name_server_that_is_gone_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    why = raising(monkeypatch, socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))
    assert why.message == "photos.example: the name cannot be resolved: Temporary failure in name resolution"
    assert why.again


def test_a_name_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not raising(monkeypatch, UnicodeError("label too long")).again


def test_a_name_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: end.wait(10) and [])
    start = time.monotonic()
    with pytest.raises(FetchError, match=r"did not answer within 0\.1 s") as caught:
        resolve("photos.example", 80, 0.1)
    end.set()
    assert time.monotonic() - start < 3
    assert caught.value.again
