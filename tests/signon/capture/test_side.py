from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture import side as room
from limner.signon.capture.side import Side
from limner.signon.capture.tape import Hole, Script, Some, Stamp, Tape

START = (1 << 32) - 20  # numbers run over their end soon


class Heard:
    """What a script hears: bytes, and None for a byte that is missing."""

    def __init__(self) -> None:
        self.bytes: list[int | None] = []

    def __call__(self, tape: Tape) -> Script:
        while True:
            try:
                self.bytes += yield Some(1000)
            except Hole as hole:
                self.bytes += hole.partial
                if hole.missing is None:
                    return
                self.bytes += [None] * hole.missing


def listened() -> tuple[Side, Heard]:
    side, heard = Side(), Heard()
    side.listen(Tape(heard))
    side.begin(START - 1)
    return side, heard


segments = st.lists(st.tuples(st.integers(0, 79), st.integers(1, 30)), max_size=30)
DATA = bytes(range(100))


@given(segments, st.randoms())
def test_order_copies_and_overlaps_do_not_matter(extra: list[tuple[int, int]], chance: object) -> None:
    """Whatever comes, in whatever order: if every byte comes at least once, all are heard once and in their order."""
    side, heard = listened()
    every = [(at, 10) for at in range(0, 100, 10)] + extra
    chance.shuffle(every)  # type: ignore[attr-defined]
    for number, (at, length) in enumerate(every):
        data = DATA[at : at + length]
        side.take((START + at) % (1 << 32), data, len(data), Stamp(number, 0))
    side.end()
    assert bytes(heard.bytes) == DATA  # type: ignore[arg-type]
    assert (side.bytes, side.missing, side.held) == (100, 0, 0)


@given(segments)
def test_what_never_comes_is_told_as_missing_in_its_place(given_: list[tuple[int, int]]) -> None:
    side, heard = listened()
    come: set[int] = set()
    for number, (at, length) in enumerate(given_):
        data = DATA[at : at + length]
        come.update(range(at, at + len(data)))
        side.take((START + at) % (1 << 32), data, len(data), Stamp(number, 0))
    side.end()
    last = max(come, default=-1)
    assert heard.bytes == [at if at in come else None for at in range(last + 1)]
    assert side.missing == last + 1 - len(come)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 30), st.integers(0, 30)), max_size=20))
def test_cut_segments_leave_gaps_and_no_byte_in_a_wrong_place(given_: list[tuple[int, int, int]]) -> None:
    side, heard = listened()
    for number, (at, length, cut) in enumerate(given_):
        whole = DATA[at : at + length]
        side.take((START + at) % (1 << 32), whole[:cut], len(whole), Stamp(number, 0))
    side.end()
    assert all(byte in (None, at) for at, byte in enumerate(heard.bytes))


def test_a_question_whether_one_is_there_is_no_retransmission() -> None:
    side, _ = listened()
    side.take(START, b"ab", 2, Stamp(1, 0))
    assert not side.take(START + 1, b"b", 1, Stamp(2, 0))
    assert side.retransmitted == 0
    assert not side.take(START, b"ab", 2, Stamp(3, 0))
    assert side.retransmitted == 1


def test_what_waits_is_bounded() -> None:
    """A sender that leaves out the first byte and then sends without end is not kept without end."""
    side, _ = listened()
    for number in range(4 * room.MOST_WAITING):
        side.take((START + 1 + 3000 * number) % (1 << 32), b"x" * 2000, 2000, Stamp(number, 0))
        assert side.held <= room.MOST_BYTES + 2000
    assert side.missing > 0
    side.give_up()
    assert side.held == 0


def test_without_a_begin_the_first_segment_is_one() -> None:
    side, heard = Side(), Heard()
    side.listen(Tape(heard))
    side.take(500, b"mid", 3, Stamp(1, 0))
    side.take(503, b"dle", 3, Stamp(2, 0))
    assert bytes(heard.bytes) == b"middle"  # type: ignore[arg-type]
