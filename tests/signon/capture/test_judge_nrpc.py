from __future__ import annotations

from pathlib import Path

import pytest

from limner.signon.capture.report import look
from limner.signon.capture.verdict import Kind, Sure, Verdict
from limner.signon.evidence import Cause
from signon.fakes import domino

from . import wire
from .wire import NOON, SECOND, Session


@pytest.fixture
def verdict(tmp_path: Path):  # type: ignore[no-untyped-def]
    def verdict(*sessions: object, wanted: tuple[str, ...] = ()) -> Verdict:
        return look(wire.saved(tmp_path / "a.pcap", *sessions), wanted=wanted).attempts[0].verdict  # type: ignore[arg-type]

    return verdict


def session(name: str = "", *, by_client: bool = True, reset: bool = False) -> Session:
    made = Session().open().says(domino.request(name)).answers(domino.reply())
    return made.rst(by_client=by_client) if reset else made.fin(by_client=by_client)


LED = [wire.dns_answer("10.0.0.5", "sametime.acme.example", "10.1.2.3", when=NOON - SECOND)]


@pytest.mark.parametrize("by_client", [True, False])
@pytest.mark.parametrize("reset", [True, False])
def test_whoever_ends_it_is_told_and_not_presumed(verdict, by_client: bool, reset: bool) -> None:  # type: ignore[no-untyped-def]
    got = verdict(session("sametime.acme.example", by_client=by_client, reset=reset))
    assert (got.cause, got.sure) == (Cause.NAME_CHECK, Sure.LIKELY)
    who = "client" if by_client else "server"
    assert f"the {who} {'broke the connection off (RST)' if reset else 'ended it (FIN)'}" in got.text
    assert "asked for sametime.acme.example; Domino at 10.1.2.3:1352 says that it is Sametime/Servers/ACME" in got.text
    assert got.packets == (1, 4, 5, 6)


def test_the_name_is_found_in_dns_and_its_packet_is_named(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(LED, session())
    assert (got.cause, got.sure) == (Cause.NAME_CHECK, Sure.LIKELY)
    assert "was led by DNS to sametime.acme.example" in got.text
    assert 1 in got.packets


def test_the_name_may_be_told_by_the_user(verdict) -> None:  # type: ignore[no-untyped-def]
    assert verdict(session(), wanted=("st.example",)).sure is Sure.LIKELY


def test_without_a_name_it_is_only_possible(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(session())
    assert (got.cause, got.sure) == (Cause.NAME_CHECK, Sure.POSSIBLE)
    assert "--name" in got.advice


@pytest.mark.parametrize("name", ["Sametime", "sametime/servers/acme", "CN=Sametime/OU=Servers/O=ACME"])
def test_a_name_that_is_the_servers_own_is_no_refusal(verdict, name: str) -> None:  # type: ignore[no-untyped-def]
    got = verdict(session(), wanted=(name,))
    assert got.kind is Kind.NOT_KNOWN
    assert f"although {name} is its own name" in got.text


def test_the_retry_is_told(verdict) -> None:  # type: ignore[no-untyped-def]
    again = Session(client=("10.0.0.5", 50001), when=NOON + 2 * SECOND).syn()
    got = verdict(session("a.example"), again)
    assert "after that the client tried 10.1.2.3:1352" in got.text
    assert 9 in got.packets


def test_an_early_end_without_a_name_is_only_possible(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(Session().open().says(domino.request()).answers(b"\x20\0\1\0" + bytes(30)).fin(by_client=True))
    assert (got.cause, got.sure) == (Cause.NAME_CHECK, Sure.POSSIBLE)
    assert "the server's name was not captured" in got.text


def test_a_capture_that_ends_too_early_says_nothing(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(Session().open().says(domino.request()).answers(domino.reply()))
    assert got.kind is Kind.NOT_KNOWN
    assert "still talking" in got.text
    assert verdict(Session().open()).kind is Kind.NOT_KNOWN


def test_another_protocol_on_the_port_is_no_refusal(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(Session().open().says(b"GET / HTTP/1.0\r\n\r\n").answers(b"what?").fin(by_client=False))
    assert got.kind is Kind.NOT_KNOWN
