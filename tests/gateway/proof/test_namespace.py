"""The proof proves something: visitors are seen to come from where they say, and the pieces have both of their ends."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest
from tests.gateway.export.goldens import POLICIES, policy_text
from tests.gateway.proof.namespace import Namespace, ask
from tests.gateway.proof.pieces import addresses

from limner import settings


def echo(server: socket.socket) -> None:
    """Tell each visitor where it comes from."""
    while True:
        try:
            connection, peer = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + peer[0].removeprefix("::ffff:").encode())


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="a network of its own needs root")
def test_visitors_are_seen_to_come_from_where_they_say() -> None:
    policies = [settings.parse(policy_text(name).encode(), Path("/limner.toml")).policy for name in POLICIES]
    places = list(dict.fromkeys(place for policy in policies for place in addresses(policy)))
    assert len(places) > 50

    def listen(port: int) -> socket.socket:
        return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100)

    with Namespace() as network:
        (server,) = network.each(listen, [8000])
        thread = threading.Thread(target=echo, args=(server,))
        thread.start()
        try:
            replies = network.each(lambda place: ask(place, 8000, []), places)
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            server.close()
    assert [reply.body.decode() for reply in replies] == places


def test_each_piece_has_its_first_and_its_last_address() -> None:
    policy = settings.parse(b'[[policy.allow]]\nname = "a"\nnetworks = ["10.1.0.0/16"]\n', Path("/limner.toml")).policy
    found = addresses(policy)
    assert {"10.0.255.255", "10.1.0.0", "10.1.255.255", "10.2.0.0"} <= set(found)  # both sides of both edges
    assert {"2002:a01::1", "::10.1.0.0"} <= set(found)  # its relatives in IPv6
    assert not {"0.0.0.0", "255.255.255.255", "::"} & set(found)
