from __future__ import annotations

import struct
from pathlib import Path

import pytest

from limner.signon.capture.report import look
from limner.signon.capture.verdict import Sure, Verdict
from limner.signon.evidence import Cause
from signon.fakes import domino

from . import wire
from .wire import NOON, SECOND, Session


@pytest.fixture
def verdict(tmp_path: Path):  # type: ignore[no-untyped-def]
    def verdict(*sessions: object) -> Verdict:
        return look(wire.saved(tmp_path / "a.pcap", *sessions)).attempts[0].verdict  # type: ignore[arg-type]

    return verdict


def icmp(code: int, by: str = "10.9.9.9") -> list[tuple[int, bytes]]:
    quoted = wire.ip("10.0.0.5", "10.1.2.3", wire.tcp(("10.0.0.5", 50000), ("10.1.2.3", 1352), 1000, 0, 2))[:28]
    return [(NOON + 1, wire.ip(by, "10.0.0.5", struct.pack(">BBHI", 3, code, 0, 0) + quoted, 1))]


ALIVE = Session(client=("10.0.0.5", 49000), server=("10.1.2.3", 443)).open()


def test_no_answer_is_a_firewall_only_if_the_host_is_known_to_be_up(verdict) -> None:  # type: ignore[no-untyped-def]
    asked = Session().syn().wait(3).send(True, 2, seq=1000)
    got = verdict(asked)
    assert (got.cause, got.sure) == (Cause.NETWORK, Sure.POSSIBLE)
    assert "a host that is down" in got.doubt
    got = verdict(asked, ALIVE)
    assert (got.cause, got.sure, got.doubt) == (Cause.NETWORK, Sure.LIKELY, None)
    assert "asked 10.1.2.3:1352 2 times" in got.text
    assert "does answer on port 443" in got.text


def test_a_question_asked_just_before_the_capture_ends_is_only_possible(verdict) -> None:  # type: ignore[no-untyped-def]
    assert verdict(Session().syn(), ALIVE).sure is Sure.POSSIBLE


def test_a_refusal_is_a_server_that_is_down_most_likely(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(Session().syn().rst(by_client=False), ALIVE)
    assert (got.cause, got.sure) == (Cause.SERVER_DOWN, Sure.LIKELY)
    assert got.doubt == "a firewall may refuse in the same way"


def test_a_refusal_from_another_distance_is_doubted(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(Session().syn().rst(by_client=False, ttl=250), ALIVE)
    assert "TTL 250, else 64" in got.doubt


@pytest.mark.parametrize(
    ("code", "by", "cause", "sure"),
    [
        (13, "10.9.9.9", Cause.NETWORK, Sure.CERTAIN),
        (1, "10.9.9.9", Cause.NETWORK, Sure.LIKELY),
        (3, "10.1.2.3", Cause.SERVER_DOWN, Sure.LIKELY),
    ],
)
def test_what_icmp_says(verdict, code: int, by: str, cause: Cause, sure: Sure) -> None:  # type: ignore[no-untyped-def]
    got = verdict(Session().syn(), icmp(code, by))
    assert (got.cause, got.sure) == (cause, sure)
    assert by in got.names


def test_a_connection_that_is_taken_and_never_answered(verdict) -> None:  # type: ignore[no-untyped-def]
    got = verdict(Session().open().says(domino.request()).wait(60).fin(by_client=True))
    assert (got.cause, got.sure) == (Cause.NETWORK, Sure.POSSIBLE)
    assert "never answered" in got.text
    assert "60.0 s later the client's side ended it" in got.text


def test_a_timer_ends_what_was_quiet(verdict) -> None:  # type: ignore[no-untyped-def]
    session = Session().open().says(domino.request()).answers(domino.reply()).wait(300).rst(by_client=False)
    got = verdict(session)
    assert (got.cause, got.sure) == (Cause.NETWORK, Sure.POSSIBLE)
    assert "was quiet for 5 min" in got.text
    assert got.when >= NOON + 300 * SECOND
