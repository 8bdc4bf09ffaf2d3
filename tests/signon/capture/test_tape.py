from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.tape import MOST, Hole, Peek, Script, Skip, Some, Stamp, Take, Tape, Until, body

Got = list[bytes | int | None]


def recording(got: Got) -> Callable[[Tape], Script]:
    """Give a script that asks in each way there is, and writes down what it gets."""

    def script(tape: Tape) -> Script:
        try:
            got.append((yield Take(3)))
            got.append((yield Peek(2)))
            got.append((yield Until(b"\n", 8)))
            yield Skip(4)
            got.append((yield from body(10, 6)))
            got.append((yield Take(2)))
            yield Skip(None)
        except Hole as hole:
            got.extend((hole.partial, hole.missing))
            raise

    return script


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    marks = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[at:to] for at, to in itertools.pairwise(marks)]


DATA = b"abcde-until\nSKIP0123456789zzthe rest"


@given(st.lists(st.integers(0, 60)))
def test_a_script_gets_the_same_however_the_bytes_come(cuts: list[int]) -> None:
    got: Got = []
    tape = Tape(recording(got))
    for number, piece in enumerate(pieces(DATA, cuts)):
        tape.feed(piece, Stamp(number, 0))
    assert got == whole()
    assert tape.held == 0


def whole() -> Got:
    got: Got = []
    Tape(recording(got)).feed(DATA, Stamp(1, 0))
    return got


def test_what_is_asked_is_what_is_given() -> None:
    assert whole() == [b"abc", b"de", b"de-until", b"P01234", b"9z"]  # eight bytes without the mark are given, too


@given(st.integers(0, len(DATA)), st.integers(1, 40))
def test_a_hole_is_met_where_it_matters_and_nowhere_else(at: int, missing: int) -> None:
    """Skipped bytes may be missing, and those of a body whose end is known; else the script hears of it."""
    got: Got = []
    tape = Tape(recording(got))
    tape.feed(DATA[:at], Stamp(1, 0))
    tape.gap(missing, Stamp(2, 0))
    tape.feed(DATA[at + missing :], Stamp(3, 0))
    tape.end()
    known = whole()
    same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(got, known, strict=False)))
    # what was given whole before the hole is given; a body may come shorter, and an end is always heard
    given = [3, 5, 11, 21, 27]
    assert same >= sum(1 for mark in given if mark <= at)
    if at == 11 and missing <= 4:  # within what is skipped
        assert got[: len(known)] == known


def test_a_gap_in_a_body_leaves_the_place_known() -> None:
    got: Got = []

    def script(tape: Tape) -> Script:
        got.append((yield from body(10, 10)))
        got.append((yield Take(2)))

    tape = Tape(script)
    tape.feed(b"0123", Stamp(1, 0))
    tape.gap(3, Stamp(2, 0))
    tape.feed(b"789zz", Stamp(3, 0))
    assert got == [b"0123", b"zz"]
    assert tape.done


def test_a_gap_beyond_a_body_is_a_hole() -> None:
    def script(tape: Tape) -> Script:
        yield from body(10, 10)

    tape = Tape(script)
    tape.feed(b"0123", Stamp(1, 0))
    tape.gap(7, Stamp(2, 0))
    assert tape.done


def test_some_takes_what_there_is() -> None:
    got: Got = []

    def script(tape: Tape) -> Script:
        while True:
            got.append((yield Some(4)))

    tape = Tape(script)
    for piece in (b"ab", b"cdefgh"):
        tape.feed(piece, Stamp(1, 0))
    assert got == [b"ab", b"cdef", b"gh"]


def test_at_the_end_a_script_hears_what_was_left() -> None:
    got: Got = []
    tape = Tape(recording(got))
    tape.feed(b"ab", Stamp(1, 0))
    tape.end()
    assert got == [b"ab", None]
    assert tape.done
    tape.end()


@pytest.mark.parametrize("ask", [Take(MOST + 1), Peek(MOST + 1)])
def test_no_script_may_hold_what_anyone_cares_to_send(ask: Take | Peek) -> None:
    def script(tape: Tape) -> Script:
        yield ask

    assert Tape(script).done
