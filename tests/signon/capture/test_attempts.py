from __future__ import annotations

from pathlib import Path

import pytest

from limner.signon.capture.attempts import Attempt
from limner.signon.capture.report import look
from limner.signon.capture.verdict import Kind, Sure
from limner.signon.evidence import Cause
from signon.fakes import community, domino, tokens

from . import wire
from .protocols.test_ldap import bind, result
from .wire import NOON, SECOND, Session

TOKEN = tokens.domino(created=NOON // SECOND - 60, expires=NOON // SECOND + 7000)


def refused(when: int = NOON, port: int = 50000) -> Session:
    """Domino says its name and the client leaves."""
    session = Session(client=("10.0.0.5", port), when=when).open().says(domino.request())
    return session.answers(domino.reply()).fin(by_client=True)


def passed(when: int = NOON, port: int = 50000, server: str = "10.1.2.3") -> Session:
    session = Session(client=("10.0.0.5", port), server=(server, 1352), when=when).open()
    session.says(domino.request()).answers(domino.reply())
    for _ in range(3):
        session.says(b"more").answers(b"and more")
    return session.fin(by_client=True)


def bind_refused(when: int) -> Session:
    """The community server asks its directory, which refuses it."""
    session = Session(client=("10.1.2.3", 40000), server=("10.7.7.7", 389), when=when).open()
    return session.says(bind("cn=st")).answers(result(0x61, 49)).fin(by_client=True)


def login(*answer: bytes, when: int = NOON + SECOND, port: int = 51000, how: int = 1, data: bytes = TOKEN) -> Session:
    session = Session(client=("10.0.0.5", port), server=("10.1.2.3", 1533), when=when).open()
    session.says(community.handshake()).answers(community.handshake_ack()).says(community.login("jroe", data, how))
    for part in answer:
        session.answers(part)
    return session.fin(by_client=False)


@pytest.fixture
def of(tmp_path: Path):  # type: ignore[no-untyped-def]
    def of(*sessions: object, wanted: tuple[str, ...] = ()) -> list[Attempt]:
        return look(wire.saved(tmp_path / "a.pcap", *sessions), wanted=wanted).attempts  # type: ignore[arg-type]

    return of


def test_a_token_fetched_and_taken_is_one_sound_attempt(of) -> None:  # type: ignore[no-untyped-def]
    (attempt,) = of(passed(), login(community.login_ack("jroe")))
    assert (attempt.verdict.kind, len(attempt.flows)) == (Kind.SOUND, 2)
    assert not [each for each in attempt.observed if each.supports]


def test_a_refused_name_and_its_retry_are_one_attempt(of) -> None:  # type: ignore[no-untyped-def]
    (attempt,) = of(refused(), refused(NOON + 3 * SECOND, 50001))
    assert (attempt.verdict.kind, len(attempt.flows)) == (Kind.NAME_CHECK, 2)


def test_quiet_and_decisions_divide_attempts_and_each_knows_the_next(of) -> None:  # type: ignore[no-untyped-def]
    first, second, third = of(
        refused(),
        passed(NOON + 60 * SECOND, 50001),
        login(community.destroy(0x80000016), when=NOON + 61 * SECOND),
        login(community.login_ack("jroe"), when=NOON + 62 * SECOND, port=51001),
    )
    assert [each.verdict.kind for each in (first, second, third)] == [Kind.NAME_CHECK, Kind.TOKEN, Kind.SOUND]
    assert [each.followed_by for each in (first, second, third)] == [2, 3, None]


def test_clients_are_kept_apart(of) -> None:  # type: ignore[no-untyped-def]
    mixed = Session(client=("10.0.0.6", 50000)).open()
    assert len(of(refused(), mixed)) == 2


def test_after_a_refused_name_a_wrong_password_is_not_the_reason(of) -> None:  # type: ignore[no-untyped-def]
    """The client had no token and fell back to what it had."""
    (attempt,) = of(refused(), login(community.destroy(0x80000211), how=0))
    assert attempt.verdict.cause is Cause.NAME_CHECK
    assert any(each.cause is Cause.USER_REFUSED for each in attempt.observed)


def test_a_refused_token_is_the_reason_whatever_another_domino_server_did(of) -> None:  # type: ignore[no-untyped-def]
    (attempt,) = of(refused(), login(community.destroy(0x80000015)))
    assert attempt.verdict.cause is Cause.TOKEN_INVALID


def test_past_the_names_and_no_more_is_not_called_good_or_bad(of) -> None:  # type: ignore[no-untyped-def]
    (attempt,) = of(passed())
    assert attempt.verdict.kind is Kind.NOT_KNOWN
    assert "no log-in at a community server was captured" in attempt.verdict.text
    assert [(each.cause, each.supports) for each in attempt.observed if each.cause is Cause.NAME_CHECK] == [
        (Cause.NAME_CHECK, False)
    ]


def test_a_directory_that_refuses_meanwhile_is_told(of) -> None:  # type: ignore[no-untyped-def]
    (attempt,) = of(login(community.destroy(0x80000214)), bind_refused(NOON + SECOND))
    assert attempt.verdict.cause is Cause.DIRECTORY
    assert any("invalid credentials" in each.text for each in attempt.observed)


def test_a_directory_that_does_not_answer_is_told(of) -> None:  # type: ignore[no-untyped-def]
    silent = Session(client=("10.1.2.3", 40000), server=("10.7.7.7", 389), when=NOON + SECOND).syn()
    (attempt,) = of(login(community.destroy(0x80000214)), silent)
    assert any("does not reach its directory" in each.text for each in attempt.observed)


def test_a_cookie_for_another_domain_is_told(of) -> None:  # type: ignore[no-untyped-def]
    web = (
        Session(server=("10.1.2.9", 80), when=NOON - SECOND)
        .open()
        .says(b"GET / HTTP/1.1\r\nHost: d.acme.example\r\n\r\n")
    )
    cookie = b"Set-Cookie: LtpaToken=" + TOKEN + b"; Domain=.corp.example\r\n"
    web.answers(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + cookie + b"\r\n")
    (attempt,) = of(web, login(community.destroy(0x80000015)), wanted=("sametime.acme.example",))
    assert any(each.cause is Cause.TOKEN_DOMAIN and each.supports for each in attempt.observed)


def test_an_address_that_dns_does_not_give_is_told(of) -> None:  # type: ignore[no-untyped-def]
    answer = [wire.dns_answer("10.0.0.5", "sametime.acme.example", "10.1.2.99", when=NOON - SECOND)]
    (attempt,) = of(answer, Session().syn().wait(1).send(True, 2, seq=1000), wanted=("sametime.acme.example",))
    assert any(each.cause is Cause.CACHED_ADDRESS and each.sure is Sure.LIKELY for each in attempt.observed)
    (attempt,) = of(answer, Session().syn())  # which name the client asked for is not known
    assert not any(each.cause is Cause.CACHED_ADDRESS for each in attempt.observed)


def test_a_host_that_answers_on_another_port_is_not_down(of) -> None:  # type: ignore[no-untyped-def]
    greeted = Session(client=("10.0.0.5", 51000), server=("10.1.2.3", 1533)).open()
    (attempt,) = of(Session().syn().wait(1).send(True, 2, seq=1000), greeted)
    assert attempt.verdict.cause is Cause.NETWORK
    assert [(each.cause, each.supports) for each in attempt.observed] == [(Cause.SERVER_DOWN, False)]
