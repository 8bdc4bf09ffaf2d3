from __future__ import annotations

from pathlib import Path

import pytest

from limner.signon.capture.attempts import Attempt
from limner.signon.capture.report import look
from limner.signon.capture.verdict import Kind, Sure
from limner.signon.evidence import Cause
from limner.signon.reasons import REASONS
from signon.fakes import community, tokens

from . import wire
from .protocols.test_tls import TURNS, shake
from .wire import NOON, SECOND, Session

START = NOON // SECOND


@pytest.fixture
def attempt(tmp_path: Path):  # type: ignore[no-untyped-def]
    def attempt(session: Session) -> Attempt:
        return look(wire.saved(tmp_path / "a.pcap", session)).attempts[0]

    return attempt


def session(*answer: bytes, data: bytes = b"x", how: int = 1, close: bool = True) -> Session:
    made = Session(server=("10.1.2.3", 1533)).open().says(community.handshake()).answers(community.handshake_ack())
    made.says(community.login("jroe", data, how))
    for part in answer:
        made.answers(part)
    return made.fin(by_client=False) if close else made


@pytest.mark.parametrize("code", REASONS)
def test_the_servers_reason_is_the_verdict(attempt, code: int) -> None:  # type: ignore[no-untyped-def]
    got = attempt(session(community.destroy(code))).verdict
    expected = Cause.DIRECTORY if code == 0x80000211 else REASONS[code].cause
    assert got.cause is expected
    assert got.sure is (Sure.POSSIBLE if expected is Cause.OTHER else Sure.CERTAIN)
    assert REASONS[code].words in got.text
    assert got.packets == (1, 6, 7)


def test_a_wrong_password_is_the_users_and_not_the_directorys(attempt) -> None:  # type: ignore[no-untyped-def]
    assert attempt(session(community.destroy(0x80000211), how=0)).verdict.cause is Cause.USER_REFUSED


def test_an_unknown_reason_is_told_as_that(attempt) -> None:  # type: ignore[no-untyped-def]
    got = attempt(session(community.destroy(0x80009999))).verdict
    assert (got.cause, got.sure) == (Cause.OTHER, Sure.POSSIBLE)
    assert "0x80009999, which is not known" in got.text


@pytest.mark.parametrize(
    ("created", "expires", "code", "cause", "supports"),
    [
        (-9000, -1800, 0x80000016, Cause.TOKEN_EXPIRED, True),
        (-60, 7000, 0x80000015, Cause.TOKEN_EXPIRED, False),
        (-60, 7000, 0x80000016, Cause.CLOCKS, True),
        (600, 7800, 0x80000015, Cause.CLOCKS, True),
    ],
)
def test_the_tokens_own_times_are_held_against_the_clock(  # type: ignore[no-untyped-def]
    attempt, created: int, expires: int, code: int, cause: Cause, supports: bool
) -> None:
    token = tokens.domino(created=START + created, expires=START + expires)
    observed = attempt(session(community.destroy(code), data=token)).observed
    assert [(each.cause, each.supports) for each in observed if "token that was presented" in each.text] == [
        (cause, supports)
    ]


def test_acceptance_and_a_later_end(attempt) -> None:  # type: ignore[no-untyped-def]
    got = attempt(session(community.login_ack("jroe"), community.destroy(0x80000219))).verdict
    assert got.kind is Kind.SOUND
    assert "later it ended the session: the user logged in somewhere else" in got.text


def test_a_redirect_is_told_with_its_target(attempt) -> None:  # type: ignore[no-untyped-def]
    got = attempt(session(community.redirect("st2.acme.example"))).verdict
    assert got.kind is Kind.NOT_KNOWN
    assert "sends the client on to st2.acme.example" in got.text


def test_no_answer_to_a_log_in_asserts_no_cause_but_other(attempt) -> None:  # type: ignore[no-untyped-def]
    got = attempt(session()).verdict
    assert (got.cause, got.sure) == (Cause.OTHER, Sure.POSSIBLE)
    assert attempt(session(close=False)).verdict.kind is Kind.NOT_KNOWN


def test_a_client_that_leaves_before_logging_in_is_not_explained_away(attempt) -> None:  # type: ignore[no-untyped-def]
    made = Session(server=("10.1.2.3", 1533)).open().says(community.handshake()).answers(community.handshake_ack())
    got = attempt(made.fin(by_client=True)).verdict
    assert got.kind is Kind.NOT_KNOWN
    assert "left without logging in" in got.text


def test_tls_on_the_port_is_read_as_far_as_it_can_be(attempt) -> None:  # type: ignore[no-untyped-def]
    import ssl

    def over(turns: list[tuple[bool, bytes]]) -> Session:
        made = Session(server=("10.1.2.3", 1533)).open()
        for by_client, data in turns:
            made.says(data, by_client=by_client)
        return made.fin(by_client=True)

    got = attempt(over(TURNS)).verdict
    assert got.kind is Kind.NOT_KNOWN
    assert "is encrypted (TLS)" in got.text
    got = attempt(over(shake(highest=ssl.TLSVersion.TLSv1_2, trusted=False))).verdict
    assert (got.cause, got.sure) == (Cause.TLS, Sure.CERTAIN)
    assert "'unknown CA'" in got.text


def test_what_is_no_vp_is_said_to_be_none(attempt) -> None:  # type: ignore[no-untyped-def]
    made = Session(server=("10.1.2.3", 1533)).open().says(b"\0\0\0\1???").answers(b"\0\0\0\1???").fin(by_client=True)
    assert "is not the Sametime protocol" in attempt(made).verdict.text
