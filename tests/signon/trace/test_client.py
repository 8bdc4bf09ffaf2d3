from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.trace.client import _PATTERNS, Event, Kind, begins, event, has_word


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Determining path to server A/B", Event(Kind.PATH, "A/B")),
        (
            "Checking for A/B at last known address '192.0.2.1' on TCPIP...",
            Event(Kind.REMEMBERED, "A/B", "192.0.2.1", "TCPIP"),
        ),
        ("Checking for A/B on TCPIP using address 'a.example'", Event(Kind.TRY, "A/B", "a.example", "TCPIP")),
        ("Verifying address 'a.example' for A/B on TCPIP", Event(Kind.TRY, "A/B", "a.example", "TCPIP")),
        ("Using address 'a.example' for My Server/B on TCPIP", Event(Kind.TRY, "My Server/B", "a.example", "TCPIP")),
        ("Using address '' for on TCPIP", Event(Kind.TRY, None, None, "TCPIP")),
        ("Connecting to A/B over TCPIP", Event(Kind.CONNECTING, "A/B", port="TCPIP")),
        (
            "Connected to the wrong server A/B using address 192.0.2.1",
            Event(Kind.WRONG_SERVER, None, "192.0.2.1", server="A/B"),
        ),
        ("a.example is the address of server A/B", Event(Kind.IS_ADDRESS_OF, "a.example", server="A/B")),
        ("Connected to server A/B", Event(Kind.CONNECTED, server="A/B")),
        ("A/B is available on TCPIP", Event(Kind.AVAILABLE, port="TCPIP", server="A/B")),
        ("No answer at last known address", Event(Kind.NO_ANSWER)),
        ("No answer on address 'a' from A/B on TCPIP", Event(Kind.NO_ANSWER, "A/B", "a", "TCPIP")),
        ("The server was not responding at this address", Event(Kind.NO_ANSWER)),
        ("Unable to connect to A/B on TCPIP (why (so))", Event(Kind.UNABLE, "A/B", port="TCPIP", reason="why (so)")),
        ("Unable to connect to on TCPIP (why)", Event(Kind.UNABLE, None, port="TCPIP", reason="why")),
        ("Unable to connect to A/B: why", Event(Kind.UNABLE, "A/B", reason="why")),
        ("Unable to find any path to A/B on TCPIP because why", Event(Kind.NO_PATH, "A/B", port="TCPIP", reason="why")),
        ("No path found to A/B", Event(Kind.NO_PATH, "A/B")),
        (
            "Port TCPIP is temporarily unavailable.",
            Event(Kind.UNABLE, port="TCPIP", reason="Port TCPIP is temporarily unavailable"),
        ),
        ("Attempt to reach A/B by passthru failed (why)", Event(Kind.UNABLE, "A/B", reason="why")),
        ("Encryption is Disabled", None),
        ("Server started", None),
        ("", None),
    ],
)
def test_the_lines_of_a_trace(line: str, told: Event | None) -> None:
    assert event(line) == told


def test_a_line_of_a_trace_begins_as_one() -> None:
    assert begins("Using address 'a'")
    assert not begins("responding. The server may be down")


TOKENS = """\
Using address '|' for | on |TCPIP|Connected to the wrong server |using address |(|)|...|A/B|Unable to connect to |
 is the address of server | because |Checking for | |.|'"""
plain = st.sampled_from(_PATTERNS).flatmap(lambda each: st.from_regex(re.compile(each[1], re.ASCII), fullmatch=True))


@given(plain)
def test_no_line_is_passed_over_for_want_of_a_word(line: str) -> None:
    assert has_word(line)


words = st.sampled_from(TOKENS.replace("\n", "|").split("|"))


@given(st.lists(words, max_size=30).map("".join) | st.text(max_size=80))
def test_any_line_is_told_or_not(line: str) -> None:
    told = event(line)
    assert told is None or all(value != "" for value in told)


@pytest.mark.parametrize(
    "piece", ["Unable to connect to on ", "A is the address of server ", "Connected to server .", " on ", ".", "("]
)
def test_a_line_made_to_cost_time_does_not(piece: str) -> None:
    before = time.process_time()
    for start in (
        "Unable to connect to ",
        "Using address '' for ",
        "x is the address of server ",
        "Unable to find any path to ",
    ):
        event((start + piece * 2000)[:1024])
    assert time.process_time() - before < 2
