"""Photos are fetched a few at a time; what fails is tried again."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from limner.errors import PictureError, SourceError
from limner.people import Person
from limner.sources import Found, Remote
from limner.sync import fetch
from limner.sync.fetch import GIVE_UP, fetch_all

from .told import Told


def wanted(*places: str) -> list[Found]:
    return [Found(Person.of(uid=place), place, "1", Remote(place)) for place in places]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAUSES", (0, 0, 0))


class Shelf(Told):
    """Gives the place's name as photo; `broken` maps a place to how often it fails."""

    def __init__(self, parallel: int = 3, broken: dict[str, int] | None = None) -> None:
        super().__init__("shelf")
        self._parallel = parallel
        self.broken = Counter(broken or {})
        self.asked: Counter[str] = Counter()
        self.inside = self.most = 0
        self.lock = threading.Lock()

    @property
    def parallel(self) -> int:
        return self._parallel

    def fetch(self, found: Found, limit: int) -> bytes | None:
        assert isinstance(found.photo, Remote)
        place = found.photo.place
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.asked[place] += 1
            fails = self.broken[place] > 0
            self.broken[place] -= 1
        threading.Event().wait(0.001)
        with self.lock:
            self.inside -= 1
        if fails:
            raise SourceError("it is down")
        if place == "bad":
            raise PictureError("no picture")
        return None if place == "none" else place.encode()


def test_everybody_gets_their_own_photo_in_order() -> None:
    people = wanted(*(f"p{at}" for at in range(40)), "bad", "none")
    got = list(fetch_all(people, shelf := Shelf(), 100))
    assert [found for found, _ in got] == people
    assert [each for _, each in got[:40]] == [f"p{at}".encode() for at in range(40)]
    assert isinstance(got[40][1], PictureError)
    assert got[41][1] is None
    assert shelf.most <= 3
    assert max(shelf.asked.values()) == 1, "a bad photo is not asked for again"


def test_no_more_is_read_ahead_than_can_be_under_way() -> None:
    read = 0

    def counted() -> object:
        nonlocal read
        for found in wanted(*(f"p{at}" for at in range(50))):
            read += 1
            yield found

    for done, _ in enumerate(fetch_all(counted(), Shelf(), 100), 1):  # type: ignore[arg-type]
        assert read <= done + 2 * 3 + 1


def test_a_photo_that_fails_thrice_is_there_at_the_fourth_try() -> None:
    shelf = Shelf(broken={"a": 3, "b": 1})
    assert [got for _, got in fetch_all(wanted("a", "b", "c"), shelf, 100)] == [b"a", b"b", b"c"]
    assert shelf.asked == {"a": 4, "b": 2, "c": 1}


def test_a_source_that_is_down_is_soon_left_alone() -> None:
    places = [f"p{at}" for at in range(100)]
    shelf = Shelf(parallel=1, broken=dict.fromkeys(places, 99))
    got = [each for _, each in fetch_all(wanted(*places), shelf, 100)]
    assert all(isinstance(each, SourceError) for each in got)
    assert len(got) == 100
    assert len([place for place in places if shelf.asked[place]]) == GIVE_UP


def test_single_failures_do_not_make_a_source_count_as_down() -> None:
    places = [f"p{at}" for at in range(30)]
    shelf = Shelf(parallel=1, broken=dict.fromkeys(places[::2], 99))
    got = [each for _, each in fetch_all(wanted(*places), shelf, 100)]
    assert [isinstance(each, SourceError) for each in got] == [True, False] * 15


def test_whoever_stops_listening_waits_for_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAUSES", (0, 600))
    fetching = fetch_all(wanted("a", *(f"p{at}" for at in range(9))), Shelf(broken={"p0": 99, "p1": 99}), 100)
    assert next(fetching)[1] == b"a"
    fetching.close()  # type: ignore[attr-defined]  # a generator


def test_no_thread_is_started_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "ThreadPoolExecutor", None)
    assert list(fetch_all([], Shelf(), 100)) == []
