"""Errors in words, and how long a server wants to be left alone."""

from __future__ import annotations

import time
from email.utils import formatdate

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.fetch import words
from limner.fetch.words import AFTER_LIMIT, seconds_after


@given(st.integers(0, int(AFTER_LIMIT)))
def test_seconds_are_seconds(number: int) -> None:
    assert seconds_after(str(number), 0) == number
    assert seconds_after(f" {number} ", 0) == number


@given(st.integers(0, 4_000_000_000), st.integers(0, int(AFTER_LIMIT)))
def test_a_date_is_how_long_it_is_until_then(now: int, number: int) -> None:
    assert seconds_after(formatdate(now + number, usegmt=True), now) == number
    assert seconds_after(formatdate(now, usegmt=True), now + number) == 0


@given(st.none() | st.text(max_size=60) | st.from_regex(r"[0-9]{1,400}", fullmatch=True))
def test_whatever_it_says_it_is_bounded(text: str | None) -> None:
    assert 0 <= seconds_after(text, time.time()) <= AFTER_LIMIT


@pytest.mark.parametrize("text", [None, "", "soon", "-1", "1.5", "٣", "Tue, 99 Foo 2026 00:00:00 GMT"])
def test_rubbish_is_no_time_at_all(text: str | None) -> None:
    assert seconds_after(text, 0) == 0


@given(st.integers(100, 999))
def test_every_status_has_words(status: int) -> None:
    why = words.of_status("https://a.example/x", status, None)
    assert why.message.startswith("https://a.example/x: ")
    assert why.message.endswith(f" ({status})")
    assert why.again == (status in words.AGAIN)


def test_a_failure_is_said_by_its_first_cause() -> None:
    why = httpcore.ReadError(OSError(104, "Connection reset by peer"))
    said = words.of_failure("https://a.example/x", "a.example", why, 5)
    assert said.message == "https://a.example/x: the connection broke: [Errno 104] Connection reset by peer"
    assert (said.kind, said.again) == ("broken", True)
    said = words.of_failure("https://a.example/x", "a.example", httpcore.ProxyError("407 Authentication"), 5)
    assert "the proxy refuses: 407" in said.message
