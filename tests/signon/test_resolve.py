"""DNS is asked for real: dnsmasq on a free port of loopback, with names of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from limner.signon.errors import SignonError
from limner.signon.resolve import differing, resolve

DNSMASQ = shutil.which("dnsmasq") or shutil.which("dnsmasq", path="/usr/sbin")
NAMES = [
    "--host-record=sametime004.acme.example,192.0.2.4,2001:db8::4",
    "--cname=sametime.acme.example,sametime004.acme.example",
    "--cname=chat.acme.example,sametime.acme.example",
    "--txt-record=empty.acme.example,text",
    "--local=/acme.example/",
]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    if DNSMASQ is None:
        if os.environ.get("CI"):
            pytest.fail("dnsmasq is not installed")
        pytest.skip("dnsmasq is not installed")
    port = free_port()
    line = [DNSMASQ, "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", "--user=root"]
    line += ["--listen-address=127.0.0.1", "--bind-interfaces", f"--port={port}", *NAMES]
    if os.geteuid() != 0:
        line.remove("--user=root")
    server = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            assert server.poll() is None
            if resolve("sametime004.acme.example", "127.0.0.1", port, 0.2).addresses:
                break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def test_a_name_with_addresses(port: int) -> None:
    found = resolve("sametime004.acme.example", "127.0.0.1", port)
    assert found.chain == ("sametime004.acme.example",)
    assert found.addresses == ("192.0.2.4", "2001:db8::4")
    assert found.problem is None
    assert found.as_dict()["addresses"] == ["192.0.2.4", "2001:db8::4"]


def test_a_chain_of_aliases_is_shown_whole(port: int) -> None:
    found = resolve("Chat.acme.example", "127.0.0.1", port)
    assert [each.lower() for each in found.chain] == [
        "chat.acme.example",
        "sametime.acme.example",
        "sametime004.acme.example",
    ]
    assert "192.0.2.4" in found.addresses


def test_a_name_that_is_not_there_and_one_without_an_address(port: int) -> None:
    gone = resolve("gone.acme.example", "127.0.0.1", port)
    assert gone.addresses == ()
    assert gone.problem == "gone.acme.example does not exist"
    empty = resolve("empty.acme.example", "127.0.0.1", port)
    assert empty.problem == "empty.acme.example exists, but has no address"


def test_a_dns_server_that_does_not_answer_is_not_waited_for() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        before = time.monotonic()
        found = resolve("sametime.acme.example", "127.0.0.1", silent.getsockname()[1], 0.3)
    assert found.problem == "no DNS server answered within 0.3 seconds"
    assert time.monotonic() - before < 3


@pytest.mark.parametrize("name", ["a..b", "a" * 70, "." + "a" * 300])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(SignonError, match="no host name"):
        resolve(name, "127.0.0.1", 1)


def test_a_nameserver_has_to_be_an_address() -> None:
    with pytest.raises(SignonError, match="no IP address"):
        resolve("a", "dns.example")


def test_an_address_differs_from_those_known_only_if_some_are() -> None:
    assert differing("192.0.2.9", ["192.0.2.4"])
    assert not differing("192.0.2.4", ["192.0.2.4"])
    assert not differing("[2001:DB8::4]", ["2001:db8::4"])
    assert not differing("192.0.2.9", [])
