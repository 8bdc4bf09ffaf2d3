"""Sockets to listen on."""

import socket
import stat

import pytest

from limner.errors import ServeError
from limner.web import listen


@pytest.mark.parametrize("address", ["127.0.0.1:0", "localhost:0", "[::1]:0"])
def test_it_listens_where_it_says(address):
    sock = listen.bind(address)
    host, _, port = listen.name(sock).rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port))):
        pass
    listen.close(sock)
    listen.close(sock)  # once more is harmless


def test_an_address_that_somebody_has_is_a_clear_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ServeError, match=f"cannot listen on {address}") as why:
            listen.bind(address)
    assert why.value.hint


@pytest.mark.parametrize("address", ["192.0.2.1:80", "unix:/no/such/folder/s", "host.invalid:80"])
def test_an_address_that_is_not_this_machines_is_a_clear_error(address):
    with pytest.raises(ServeError, match="cannot listen on"):
        listen.bind(address)


def test_a_unix_socket_is_made_for_its_group_and_goes_when_it_is_closed(tmp_path):
    path = tmp_path / "s"
    sock = listen.bind(f"unix:{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert listen.name(sock) == f"unix:{path}"
    with pytest.raises(ServeError):
        listen.bind(f"unix:{path}")  # somebody answers there
    listen.close(sock)
    assert not path.exists()


def test_a_unix_socket_that_was_left_behind_is_replaced_but_a_file_is_not(tmp_path):
    path = tmp_path / "s"
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(path))
    stale.close()
    listen.close(listen.bind(f"unix:{path}"))
    path.write_text("mine")
    with pytest.raises(ServeError):
        listen.bind(f"unix:{path}")
    assert path.read_text() == "mine"
