from __future__ import annotations

from pathlib import Path

import pytest

from signon.conftest import dxl
from signon.test_resolve import port  # noqa: F401 - a fixture

from .conftest import Put, Run

ALIAS, HOST = "sametime.acme.example", "sametime004.acme.example"


@pytest.fixture(autouse=True)
def document(put: Put) -> Path:
    return put("server.dxl", dxl())


def test_refused_with_the_ways_out(run: Run) -> None:
    done = run(f"signon server-name {ALIAS} --server-doc server.dxl")
    assert (done.status, done.err) == (1, "")
    assert done.out.startswith(f"refused: {ALIAS} by Sametime/Servers/ACME\n")
    assert f"NETWORK_SPRAYER_ADDRESS={ALIAS}" in done.out
    assert "note unless the server's notes.ini" in done.out


def test_accepted_has_no_ways_out(run: Run) -> None:
    done = run(f"signon server-name {HOST} --server-doc server.dxl")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("accepted: ")
    assert "way out" not in done.out


def test_json(run: Run, put: Put) -> None:
    put("notes.ini", "[Notes]\nServerName=CN=Other/O=ACME\nNETWORK_SPRAYER_ADDRESS=*\n")
    found = run(f"signon server-name {ALIAS} --server-doc server.dxl --notes-ini notes.ini --json").json
    assert (found["verdict"], found["decided_by"]["rule"]) == ("accepted", "NETWORK_SPRAYER_ADDRESS")
    assert found["decided_by"]["place"] == "notes.ini: line 3"
    assert "are both of one server?" in found["notes"][0]
    found = run("signon server-name 192.0.2.4 --server-doc server.dxl --json").json
    assert found["verdict"] == "not known"
    assert len(found["ways_out"]) == 5


def test_hosts_and_the_address_that_was_used(run: Run, put: Put) -> None:
    put("hosts", f"192.0.2.4 {ALIAS}\n")
    line = f"signon server-name {ALIAS} --server-doc server.dxl --hosts hosts"
    assert "hosts: line 1: 192.0.2.4" in run(line).out
    assert "it may have remembered the address" in run(f"{line} --used-address 192.0.2.9").out
    assert "which is where sametime.acme.example leads" in run(f"{line} --used-address 192.0.2.4").out
    assert "give --resolve or --hosts" in run(line.replace(" --hosts hosts", " --used-address 192.0.2.4")).out
    assert "hosts: does not have it" in run(line.replace(ALIAS, HOST)).out


def test_a_server_that_listens_elsewhere(run: Run, put: Put) -> None:
    put("hosts", f"192.0.2.4 {ALIAS}\n")
    put("notes.ini", "TCPIP_TCPIPAddress=0,192.0.2.5:1352\n")
    line = f"signon server-name {ALIAS} --server-doc server.dxl --hosts hosts --notes-ini notes.ini"
    assert "the server listens at 192.0.2.5 only" in run(line).out
    put("notes.ini", "TCPIP_TCPIPAddress=0,192.0.2.4:1352\n")
    assert "listens" not in run(line).out


def test_dns_shows_the_chain_and_what_domino_sees(run: Run, port: int, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    import limner.signon.resolve as room

    real = room.resolve
    monkeypatch.setattr(room, "resolve", lambda name, server: real(name, server, port))
    done = run(f"signon server-name {ALIAS} --server-doc server.dxl --nameserver 127.0.0.1")
    assert f"DNS: {ALIAS} -> {HOST} -> 192.0.2.4, 2001:db8::4" in done.out
    assert f"{ALIAS} is an alias of {HOST}" in done.out
    assert "DNS was not asked" in run("signon server-name Sametime/Servers/ACME --server-doc server.dxl --resolve").out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("signon server-name x --server-doc none.dxl", "cannot read none.dxl: No such file"),
        ("signon server-name x --server-doc .", "cannot read .: Is a directory"),
        ("signon server-name x", "--server-doc"),
        ("signon server-name x --server-doc server.dxl --server Other/ACME", "no Server document of Other/ACME"),
        ("signon server-name x --server-doc server.dxl --used-address here", "no IP address"),
        ("signon server-name '' --server-doc server.dxl", "there is no NAME"),
        ("signon server-name x --server-doc server.dxl --notes-ini none", "cannot read none"),
    ],
)
def test_what_cannot_be_done(run: Run, line: str, said: str) -> None:
    done = run(line)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_foreign_text_is_shown_harmless(run: Run, put: Put) -> None:
    put("evil.txt", "Server name: a\x1b[31mb/ACME\nFully qualified Internet host name: x\x07y\n")
    done = run("signon server-name z --server-doc evil.txt")
    assert done.status == 1
    assert "\x1b" not in done.out
    assert "\x07" not in done.out
