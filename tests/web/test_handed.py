"""Sockets that a service manager hands over."""

import contextlib
import os
import shutil
import socket
import sys
import threading

import pytest

from limner.web import listen
from limner.web.handed import Handed

from .conftest import JANE, fill
from .house import Served, get, read_all
from .manager import Managed

PHOTO = f"/{JANE}.jpg"


def listening(place=("127.0.0.1", 0), family=socket.AF_INET):
    sock = socket.socket(family)
    sock.bind(place)
    sock.listen()
    return sock


def ask(sock, target=PHOTO):
    """Connect, ask, and give the status; waits as long as the answer takes."""
    with socket.socket(sock.family) as client:
        client.settimeout(20)
        client.connect(sock.getsockname())
        client.sendall(get(target, "Cookie: LtpaToken=x", "Connection: close"))
        return read_all(client).split(b" ")[1]


def test_what_is_meant_for_another_process_is_not_taken():
    environment = {"LISTEN_FDS": "5", "LISTEN_PID": "1", "LISTEN_FDNAMES": "a:b", "HOME": "/"}
    handed = Handed(environment)
    assert environment == {"HOME": "/"}, "nor is it handed on"
    handed.refuse_rest()
    sock = handed.open("127.0.0.1:0")
    handed.close(sock)
    assert sock.fileno() == -1


@pytest.mark.parametrize("count", ["", "-1", "x", "99999999999999999999", "0"])
def test_a_count_that_is_none_is_no_socket(count):
    assert Handed({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": count}).sockets == []


def test_nobody_is_refused_while_the_door_is_started_again(tmp_path):
    """Who comes while there is no limner waits for the next one, and is answered."""
    fill(tmp_path / "library").close()
    with listening() as sock:
        where = listen.name(sock)
        with Managed(tmp_path, sockets=[sock], listen=where) as door:
            door.told("READY=1")
            assert ask(sock) == b"200"
            assert door.stop() == 0
        answers = []
        visitors = [threading.Thread(target=lambda: answers.append(ask(sock))) for _ in range(5)]
        for visitor in visitors:
            visitor.start()
        with Managed(tmp_path, sockets=[sock], listen=where) as door:
            for visitor in visitors:
                visitor.join()
            assert answers == [b"200"] * 5
            assert door.stop() == 0


def test_a_unix_socket_keeps_its_file_when_the_door_closes(tmp_path):
    fill(tmp_path / "library").close()
    path = f"/tmp/limner-handed-{os.getpid()}"
    policy = '[policy]\ntrusted_proxies = ["unix"]\notherwise = 403\n'
    try:
        with listening(path, socket.AF_UNIX) as sock:
            for _ in range(2):
                with Managed(tmp_path, policy, sockets=[sock], listen=f"unix:{path}") as door:
                    door.told("READY=1")
                    assert ask(sock) == b"403"
                    assert door.stop() == 0
                assert os.path.exists(path)
    finally:
        os.unlink(path)


def test_several_sockets_find_their_addresses_and_others_are_opened(tmp_path):
    """One for visitors, one for the admin address; a second for visitors was not handed over."""
    fill(tmp_path / "library").close()
    with listening() as first, listening(("::1", 0, 0, 0), socket.AF_INET6) as admin:
        text = f'workers = 2\nlisten = ["127.0.0.1:0", "{listen.name(first)}"]\nadmin = "{listen.name(admin)}"\n'
        with Managed(tmp_path, f"[serve]\n{text}", sockets=[admin, first]) as door:
            door.told("READY=1")
            door.port = int(door.said(rb"serving on http://127\.0\.0\.1:(\d+)/\n")[1])
            assert door.port != first.getsockname()[1]
            assert door.ask(PHOTO).status == 200
            assert ask(first) == b"200"
            assert ask(admin, "/readyz") == b"200"
            assert door.stop() == 0


def test_a_socket_that_the_settings_do_not_name_is_refused(tmp_path):
    """Its visitors would wait for ever."""
    with listening() as sock, Managed(tmp_path, sockets=[sock]) as door:
        assert door.process.wait(20) == 2
        door.said(rb"limner: error: the service manager listens on 127\.0\.0\.1:\d+, which the settings do not name\n")
        door.said(rb"limner: hint: ListenStream= in limner\.socket")


@pytest.mark.parametrize("kind", ["a file", "datagrams", "one connection"])
def test_a_descriptor_that_nobody_can_serve_on_is_refused(tmp_path, kind):
    with contextlib.ExitStack() as stack:
        if kind == "a file":
            given = stack.enter_context(open(os.devnull))
        elif kind == "datagrams":
            given = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        else:
            ends = socket.socketpair()
            given = stack.enter_context(ends[0])
            stack.enter_context(ends[1])
        with Managed(tmp_path, sockets=[given]) as door:
            assert door.process.wait(20) == 2
            door.said(rb"limner: error: descriptor 3 of the service manager is no socket")


@pytest.mark.skipif(not shutil.which("systemd-socket-activate"), reason="needs systemd's systemd-socket-activate")
def test_systemd_hands_over_its_sockets(tmp_path):
    """The real thing starts limner with the first visitor, who is answered."""
    fill(tmp_path / "library").close()
    with listening() as free:
        where = listen.name(free)
    command = [
        "systemd-socket-activate", "-l", where, "--fdname=limner.socket", "-E", "PATH", "-E", "PYTHONPATH",
        sys.executable, "-m", "limner", "serve", "-c", str(tmp_path / "limner.toml"),
    ]  # fmt: skip
    with Managed(tmp_path, listen=where, command=command) as door:
        door.said(rb"Listening on ")
        door.port = int(where.rpartition(":")[2])
        assert door.ask(PHOTO).status == 200
        assert isinstance(door, Served)
        assert door.stop() == 0
