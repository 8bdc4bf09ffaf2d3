from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.trace.attempts import Attempt, Gathering, Result
from limner.signon.trace.record import Record

from .samples import ALIAS, GOOD, INCIDENT, LOST, STALE


def gather(text: str) -> list[Attempt]:
    gathering = Gathering()
    for number, line in enumerate(text.replace("\x20\n", " ").split("\n"), 1):
        gathering.take(Record(number, line, float(number)))
    return gathering.finish()


def test_the_incident_is_two_attempts() -> None:
    first, second = gather(INCIDENT)
    assert (first.result, first.name, first.address) == (Result.WRONG_SERVER, ALIAS, "192.0.2.4")
    assert (first.server, first.lines, first.seconds) == ("Sametime/Servers/ACME", (4, 5), 1.0)
    assert (second.result, second.name, second.address) == (Result.FAILED, ALIAS, ALIAS)
    assert (second.by_name, first.by_name, second.server) == (True, False, None)


def test_a_trace_that_lost_its_names_is_two_attempts_too() -> None:
    first, second = gather(LOST)
    assert (first.result, first.name, first.address) == (Result.WRONG_SERVER, None, "x.x.x.x")
    assert (second.result, second.name, second.address) == (Result.FAILED, None, None)


def test_an_address_that_is_verified_and_then_used_is_one_attempt() -> None:
    (only,) = gather(GOOD)
    assert (only.result, only.server) == (Result.CONNECTED, "Sametime/Servers/ACME")
    assert (only.address, only.lines) == ("192.0.2.4", (5, 8))


def test_an_address_that_answered_and_is_used_is_one_attempt() -> None:
    text = (
        "Checking for A/B on TCPIP using address 'a'\nA/B is available on TCPIP\nUsing address 'a' for A/B on TCPIP\n"
    )
    (only,) = gather(text + "Connected to server A/B")
    assert (only.result, only.lines) == (Result.CONNECTED, (1, 4))


def test_a_remembered_address_is_marked() -> None:
    first, second = gather(STALE)
    assert (first.remembered, first.result, first.address) == (True, Result.NO_ANSWER, "192.0.2.9")
    assert (second.remembered, second.result) == (False, Result.CONNECTED)


def test_a_failure_without_an_attempt_is_one() -> None:
    (only,) = gather("Unable to find any path to A/B because it is so")
    assert (only.result, only.name, only.reason) == (Result.FAILED, "A/B", "it is so")


def test_an_ending_of_another_server_is_an_attempt_of_its_own() -> None:
    first, second = gather("Using address 'a' for A/B on TCPIP\nUnable to find any path to C/D because it is so")
    assert (first.name, first.result) == ("A/B", Result.UNFINISHED)
    assert (second.name, second.result) == ("C/D", Result.FAILED)


def test_json() -> None:
    assert gather(INCIDENT)[0].as_dict()["lines"] == [4, 5]


LINES = [line.rstrip() for text in (INCIDENT, LOST, GOOD, STALE) for line in text.split("\n")]


@given(st.lists(st.sampled_from(LINES), max_size=30))
def test_laws(lines: list[str]) -> None:
    """Lines of attempts do not overlap, are in order, and no end of an attempt is lost or counted twice."""
    found = gather("\n".join(lines))
    for one, other in pairwise(found):
        assert one.lines[1] < other.lines[0]
    said = sum("wrong server" in line for line in lines)
    assert sum(each.result is Result.WRONG_SERVER for each in found) == said
    said = sum("Connected to server" in line for line in lines)
    assert sum(each.result is Result.CONNECTED for each in found) == said
