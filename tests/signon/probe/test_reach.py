from __future__ import annotations

import errno
import socket
import time

import pytest

from limner.signon.probe.reach import State, reach, receive
from signon.fakes.listening import deaf, listening, shut_port


def test_an_open_port() -> None:
    with listening(lambda connection: None) as port:
        found = reach("127.0.0.1", port)
    assert (found.state, found.port) == (State.OPEN, port)
    assert found.words.startswith("open after ")
    assert found.as_dict()["state"] == "open"


def test_a_port_where_nothing_listens() -> None:
    found = reach("127.0.0.1", shut_port())
    assert found.state is State.CLOSED
    assert "nothing listens" in found.words


def test_a_port_that_does_not_answer_is_not_waited_for() -> None:
    with deaf() as port:
        found = reach("127.0.0.1", port, 0.3)
    assert found.state is State.FILTERED
    assert 0.2 < found.seconds < 3


@pytest.mark.parametrize(
    ("number", "state"), [(errno.EHOSTUNREACH, State.UNREACHABLE), (errno.ETIMEDOUT, State.FILTERED)]
)
def test_what_the_network_says_itself(monkeypatch: pytest.MonkeyPatch, number: int, state: State) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "said so")

    monkeypatch.setattr(socket, "create_connection", fail)
    found = reach("192.0.2.1", 1533)
    assert found.state is state
    assert state is not State.UNREACHABLE or found.words == "not to be reached from here: said so"


def test_receiving_ends_with_the_stream_and_with_the_time() -> None:
    with (
        listening(lambda connection: connection.sendall(b"abc")) as port,
        socket.create_connection(("127.0.0.1", port)) as c,
    ):
        assert receive(c, 10, time.monotonic() + 5) == b"abc"
    one, other = socket.socketpair()
    with one, other, pytest.raises(TimeoutError):
        receive(one, 1, time.monotonic() + 0.1)
    with pytest.raises(TimeoutError):
        receive(one, 1, time.monotonic() - 1)
