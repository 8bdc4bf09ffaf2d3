"""Responses as bytes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from limner.web.answers import Answer, Clock, LastModified, http_date, plain, read_http_date, render


@given(st.integers(0, 253_402_300_799))
def test_a_date_is_read_back(seconds):
    assert read_http_date(http_date(seconds)) == seconds


@given(st.binary(max_size=60))
def test_what_is_no_date_is_none_or_some_date(text):
    found = read_http_date(text)
    assert found is None or isinstance(found, int)


def test_the_clock_writes_the_time_as_headers_and_logs_do():
    clock = Clock()
    clock.set(datetime(2026, 11, 23, 23, 5, 7, 250_000, UTC).timestamp())
    assert clock.date == b"Date: Mon, 23 Nov 2026 23:05:07 GMT\r\n"
    assert clock.stamp == b"2026-11-23T23:05:07.250Z"


def test_last_modified_lines_are_kept_within_bounds():
    lines = LastModified()
    for second in range(5000):
        lines[second.to_bytes(4)]
    assert len(lines) <= 4096
    assert lines[(1_700_000_000).to_bytes(4)] == b"Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n"


def test_render_says_the_length_but_where_there_is_no_body():
    clock = Clock()
    clock.set(0.0)
    whole = render(Answer(200, b"X: y\r\n", b"body"), clock, head_only=False)
    head = render(Answer(200, b"X: y\r\n", b"body"), clock, head_only=True)
    assert whole == head + b"body"
    assert b"Content-Length: 4\r\n" in head
    assert b"Content-Length" not in render(Answer(304), clock, head_only=False)
    assert b"Connection: close\r\n" in render(plain(400, "no", close=True), clock, head_only=False)
