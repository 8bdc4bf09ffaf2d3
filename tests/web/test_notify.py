"""What a service manager is told."""

import os
import signal
import socket

import pytest

from limner.web.notify import Notify

from .conftest import fill
from .house import until
from .manager import Managed


@pytest.fixture
def ear(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "ear"))
        sock.settimeout(5)
        yield sock


def test_what_is_told_and_that_workers_do_not_inherit_the_way(ear):
    environment = {"NOTIFY_SOCKET": ear.getsockname(), "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}
    notify = Notify(environment)
    assert environment == {}
    assert notify.watchdog_seconds == 3
    notify.reloading()  # nothing is, before the door is open
    notify.reloaded()
    notify.ready("serving")
    assert ear.recv(999) == b"READY=1\nSTATUS=serving"
    notify.reloading()
    assert ear.recv(999).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    notify.reloaded()
    assert ear.recv(999) == b"READY=1\nSTATUS=serving"
    notify.alive()
    assert ear.recv(999) == b"WATCHDOG=1"
    notify.stopping()
    assert ear.recv(999).startswith(b"STOPPING=1\n")
    notify.reloaded()
    ear.setblocking(False)
    with pytest.raises(BlockingIOError):
        ear.recv(999)


def test_an_abstract_address():
    """systemd for users has one of these."""
    name = f"\0limner-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(name)
        sock.settimeout(5)
        Notify({"NOTIFY_SOCKET": "@" + name[1:]}).alive()
        assert sock.recv(99) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    "way", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/no/such/ear"}, {"NOTIFY_SOCKET": "x" * 999}]
)
def test_nobody_who_listens_is_no_trouble(way):
    notify = Notify(way)
    notify.ready("serving")
    notify.alive()


@pytest.mark.parametrize(
    "watchdog",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "-1"}, {"WATCHDOG_USEC": "9" * 30},
     {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}],
)  # fmt: skip
def test_no_watchdog_or_that_of_another_process(watchdog):
    assert Notify({"NOTIFY_SOCKET": "/x", **watchdog}).watchdog_seconds is None


def test_the_door_tells_its_life(tmp_path):
    """Ready when a visitor is answered, reloading and ready again, alive, stopping."""
    fill(tmp_path / "library").close()
    with Managed(tmp_path, watchdog=0.3) as door:
        door.told("READY=1")
        found = door.said(rb"serving on http://127\.0\.0\.1:(\d+)/")
        door.port = int(found[1])
        assert f"STATUS=serving on 127.0.0.1:{door.port}" in door.messages[-1]
        assert door.ask("/jane.roe@example.com.jpg").status == 200
        door.told("WATCHDOG=1")
        door.told("WATCHDOG=1")
        door.process.send_signal(signal.SIGHUP)
        door.told("RELOADING=1")
        door.told("READY=1")
        door.file.write_text("[serve]\nlisten = 7\n")
        door.process.send_signal(signal.SIGHUP)
        door.told("RELOADING=1")
        door.told("READY=1")  # with what it had: a mistake in the file closes no door
        assert door.stop() == 0
        door.told("STOPPING=1")


def test_a_door_whose_workers_are_all_stuck_does_not_say_that_it_lives(tmp_path):
    """Then the service manager starts it again."""
    with Managed(tmp_path, watchdog=0.3) as door:
        door.told("READY=1")
        (worker,) = door.workers
        os.kill(worker, signal.SIGSTOP)
        try:
            door.ear.settimeout(2)

            def silent():
                try:
                    door.ear.recv(999)
                except TimeoutError:
                    return True
                return False

            until(silent, seconds=30)
        finally:
            os.kill(worker, signal.SIGCONT)
        door.told("WATCHDOG=1")
