from __future__ import annotations

import multiprocessing
import os
import signal
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LibraryError
from limner.policy.tally import _RING, RING, SLOTS, Tally, known

NOW, HOUR = 1_800_000_000.0, 3600.0


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(0, 40)), max_size=60), st.integers(1, 5)
)
def test_it_counts_as_sets_do(visits: list[tuple[str, int, int]], most: int) -> None:
    """The model: for each visitor a set of faces, forgotten 100 s after the first."""
    tally, now = Tally(), NOW
    seen: dict[str, tuple[float, set[int]]] = {}
    for who, face, wait in visits:
        now += wait
        ends, faces = seen.get(who, (0.0, set()))
        if ends <= now:
            ends, faces = now + 100, set()
        allowed = face in faces or len(faces) < most
        args = who.encode(), str(face).encode(), most, 100.0, now
        assert tally.would_spend(*args) == (ends if allowed else None)
        assert tally.spend(*args) == (ends if allowed else None)
        if allowed:
            seen[who] = ends, faces | {face}
        assert tally.seen(who.encode(), now) == len(seen.get(who, (0, ()))[1] if seen.get(who, (0,))[0] > now else ())


def test_thirty_faces_over_and_over_cost_thirty() -> None:
    tally = Tally()
    for _ in range(50):
        assert all(tally.spend(b"v", b"%d" % face, 30, HOUR, NOW) for face in range(30))
    assert tally.seen(b"v", NOW) == 30
    assert tally.spend(b"v", b"one more", 30, HOUR, NOW) is None
    assert tally.spend(b"another", b"one more", 30, HOUR, NOW)


def test_a_clock_that_is_a_little_behind_begins_nothing_anew() -> None:
    tally = Tally()
    assert tally.spend(b"v", b"a", 1, HOUR, NOW) == NOW + HOUR
    assert tally.spend(b"v", b"b", 1, HOUR, NOW - 1) is None


def test_where_there_is_no_room_nothing_is_allowed_and_nobody_gets_more() -> None:
    tally = Tally()
    tally._bucket = lambda digest: 4096  # type: ignore[method-assign]  # all in one bucket
    allowed = [tally.spend(b"v%d" % who, b"a", 9, HOUR, NOW) is not None for who in range(SLOTS)]
    assert allowed == [True] * (SLOTS // 2) + [False] * (SLOTS // 2)
    assert tally.spend(b"v0", b"a", 9, HOUR, NOW), "who is counted stays counted"
    assert tally.spend(b"v99", b"a", 9, HOUR, NOW + HOUR), "what has ended gives room"


def _ask(file: Path, first: int, faces: int, most: int) -> None:
    tally = Tally(file)
    os._exit(sum(tally.spend(b"v", b"%d" % (first + n), most, HOUR, NOW) is not None for n in range(faces)))


def in_processes(*calls: tuple[object, ...]) -> list[int | None]:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_ask, args=call) for call in calls]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_processes_at_once_give_no_more_than_there_is(tmp_path: Path) -> None:
    """Four ask for 200 faces, in parts the same ones: never more than 60 in all, and exactly 60."""
    file = tmp_path / "budgets"
    counts = in_processes(*((file, first, 100, 60) for first in (0, 50, 100, 0)))
    tally = Tally(file)
    assert tally.seen(b"v", NOW) == 60
    assert sum(tally.spend(b"v", b"%d" % face, 60, HOUR, NOW) is not None for face in range(200)) == 60
    assert sum(count or 0 for count in counts) >= 60
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["budgets"]


def _hold(file: Path, ready: object) -> None:
    tally = Tally(file)
    with tally._locked():
        ready.set()  # type: ignore[attr-defined]
        signal.pause()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_worker_that_is_killed_in_between_stops_nobody(tmp_path: Path) -> None:
    file = tmp_path / "budgets"
    assert Tally(file).spend(b"v", b"a", 2, HOUR, NOW)
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    worker = context.Process(target=_hold, args=(file, ready))
    worker.start()
    assert ready.wait(10)
    worker.kill()
    worker.join()
    assert Tally(file).spend(b"v", b"b", 2, HOUR, NOW)
    assert Tally(file).spend(b"v", b"c", 2, HOUR, NOW) is None


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "budgets"
    for content in (b"", b"x" * 100, bytes(33_558_528)):
        file.write_bytes(content)
        with pytest.raises(LibraryError):
            Tally(file)
    with pytest.raises(LibraryError):
        Tally(tmp_path / "nowhere" / "budgets")


def test_what_was_counted_here_is_told_once_and_in_order() -> None:
    tally = Tally()
    for face in (b"a", b"b", b"a", b"c"):
        tally.spend(b"v", face, 30, HOUR, NOW)
    tally.would_spend(b"v", b"d", 30, HOUR, NOW)
    told = tally.untold(2)
    assert [(number, face) for number, _, face, _ in told] == [(0, known(b"a")), (1, known(b"b"))]
    tally.note_told(1)
    assert [each[2] for each in tally.untold(9)] == [known(b"c")]
    tally.note_told(2)
    assert tally.untold(9) == []


def test_more_than_the_ring_holds_is_lost_and_nothing_else() -> None:
    tally = Tally()
    for number in range(RING + 3):
        tally._write(b"v" * 16, number.to_bytes(16), NOW)
    told = tally.untold(RING)
    assert (told[0][0], told[-1][0], len(told)) == (3, RING + 2, RING)
    assert all(int.from_bytes(face) == number for number, _, face, _ in told)


def test_a_closed_tally_gives_what_is_counted_and_nothing_new() -> None:
    closed: list[bool] = []
    tally = Tally(None, lambda: bool(closed))
    assert tally.spend(b"v", b"a", 9, HOUR, NOW)
    closed.append(True)
    assert tally.spend(b"v", b"a", 9, HOUR, NOW)
    assert tally.spend(b"v", b"b", 9, HOUR, NOW) is None


def test_a_file_of_an_earlier_limner_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "budgets"
    Tally(file)
    with file.open("r+b") as stream:
        stream.truncate(_RING)
    tally = Tally(file)
    assert tally.spend(b"v", b"a", 9, HOUR, NOW)
    assert len(tally.untold(9)) == 1
