"""A host as a whole, on loopback: what is in the way, and what that says about causes."""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack

import pytest
import trustme

from limner.signon.evidence import Cause, Evidence
from limner.signon.probe import Report, probe
from signon.fakes import community, domino
from signon.fakes.listening import deaf, listening, shut_port
from signon.test_resolve import port as dns_port  # noqa: F401 - a fixture


def look(*, ask: bool = False, **ports: int) -> Report:
    closed = dict.fromkeys(("domino", "community", "http", "https"), shut_port())
    return probe("127.0.0.1", ports=closed | ports, ask=ask, seconds=0.5)


def balance(evidence: list[Evidence]) -> dict[Cause, int]:
    found: dict[Cause, int] = {}
    for each in evidence:
        found[each.cause] = found.get(each.cause, 0) + (each.weight if each.supports else -each.weight)
    return found


def test_a_community_server_with_its_domino() -> None:
    with ExitStack() as running:
        st_port = running.enter_context(listening(community.answering()))
        nrpc = running.enter_context(listening(domino.refusing()))
        web = running.enter_context(listening(lambda connection: None))
        report = look(ask=True, community=st_port, domino=nrpc, http=web)
    assert report.problems == []
    by_service = {port.service: port for port in report.ports}
    assert by_service["community"].spoken == "a community server, VP protocol 0x001e.0x001d"
    assert "Sametime/Servers/ACME" in str(by_service["domino"].spoken)
    assert by_service["http"].is_open
    assert report.as_dict()["sound"]
    assert balance(report.evidence())[Cause.NAME_CHECK] == 1


def test_domino_is_not_asked_for_its_name_unless_that_is_asked_for() -> None:
    seen: list[bytes] = []
    with (
        listening(lambda connection: seen.append(connection.recv(100))) as nrpc,
        listening(community.answering()) as st,
    ):
        report = look(community=st, domino=nrpc)
    assert seen == [b""]
    assert any("--ask-name" in note for note in report.notes)


def test_a_server_that_is_down_and_one_behind_a_firewall_are_told_apart() -> None:
    down = look()
    assert "closed" in down.problems[0]
    scales = balance(down.evidence())
    assert scales[Cause.SERVER_DOWN] > scales.get(Cause.NETWORK, 0)
    with deaf() as one:
        filtered = look(domino=one, community=one, http=one, https=one)
    assert "no answer" in filtered.problems[0]
    assert balance(filtered.evidence())[Cause.NETWORK] == 12
    assert Cause.SERVER_DOWN not in balance(filtered.evidence())


def test_a_port_that_is_no_community_server_is_in_the_way() -> None:
    with listening(lambda connection: connection.sendall(b"220 mail ready\r\n")) as st:
        report = look(community=st)
    assert "is no community server" in report.problems[0]


def test_without_domino_the_note_says_when_that_is_right() -> None:
    with listening(community.answering()) as st:
        report = look(community=st)
    assert report.problems == []
    assert any("from Sametime 12 on" in note for note in report.notes)


def test_names_are_looked_up_and_aliases_noted(dns_port: int) -> None:  # noqa: F811
    closed = dict.fromkeys(("community",), shut_port())
    report = probe("gone.acme.example", ports=closed, nameserver="127.0.0.1", dns_port=dns_port, seconds=1)
    assert report.problems == ["gone.acme.example leads to no address: gone.acme.example does not exist"]
    assert [each.cause for each in report.evidence()] == [Cause.UNRESOLVED]


def test_an_alias_is_a_hint_at_the_check_of_names(dns_port: int, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("limner.signon.probe._port", lambda work, *_: pytest.fail("nobody is asked"))
    monkeypatch.setattr("limner.signon.probe.MOST_ADDRESSES", 0)
    report = probe("sametime.acme.example", nameserver="127.0.0.1", dns_port=dns_port, seconds=1)
    assert report.left_out == ("192.0.2.4", "2001:db8::4")
    assert any("limner signon server-name sametime.acme.example" in note for note in report.notes)


def test_a_name_that_only_this_machine_knows(dns_port: int) -> None:  # noqa: F811
    report = probe("localhost", ports={"community": shut_port()}, nameserver="127.0.0.1", dns_port=dns_port, seconds=1)
    assert report.system
    assert any("from its hosts file" in note or "elsewhere" in note for note in report.notes) or report.dns.addresses


def test_a_certificate_that_is_not_good_is_in_the_way() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    def secure(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as talk:
            talk.recv(1)

    with listening(secure) as web, listening(community.answering()) as st:
        report = look(https=web, community=st)
    assert "the certificate is not good" in report.problems[0]
    assert balance(report.evidence())[Cause.TLS] == 3
