"""Picture work in processes of their own; what makes a picture is replaced by things that go wrong."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from limner.errors import PictureError
from limner.people import Person
from limner.picture import Limits, Portrait
from limner.sources import Found
from limner.sync.pictures import Bounds, Workshop, make_all

from .scene import a_photo


def maker(file: Path, limits: Limits) -> Portrait:
    """Do what the file's name says; the photo itself is never looked at."""
    match file.stem.rstrip("0123456789"):
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(3)
        case "hungry":
            bytes(3 << 30)
        case "slow":
            for _ in itertools.count():
                pass
        case "stuck":
            sum(itertools.repeat(0))  # one call into C that never ends and never looks for signals
        case "bad":
            raise PictureError("a bad picture")
        case "surprise":
            raise ZeroDivisionError("what")
    return Portrait(file.stem.encode().ljust(32), os.getpid(), 1, {})


USUAL = Bounds()


def make(*names: str, workers: int = 2, bounds: Bounds = USUAL) -> dict[str, str]:
    """Tell what became of each file, by its name: "made", or why not."""
    wanted = [Found(Person.of(uid=name), name, "1", Path(name)) for name in names]
    made = list(make_all(wanted, workers, Limits(), bounds=bounds, maker=maker))
    assert len({found.origin for found, _ in made}) == len(made) == len(names)
    for found, each in made:
        assert isinstance(each, PictureError) or each.digest.decode().strip() == found.origin
    return {found.origin: each.message if isinstance(each, PictureError) else "made" for found, each in made}


def good(number: int) -> list[str]:
    return [f"good{at}" for at in range(number)]


@pytest.mark.parametrize(("what", "reason"), [("bad", "a bad picture"), ("surprise", "ZeroDivisionError: what")])
def test_what_a_photo_raises_is_said_of_it_and_the_rest_goes_on(what: str, reason: str) -> None:
    made = make(*good(5), what, "good9")
    assert reason in made.pop(what)
    assert set(made.values()) == {"made"}


@pytest.mark.parametrize("what", ["segfault", "exit"])
def test_a_photo_whose_decoder_dies_is_named_and_the_rest_goes_on(what: str) -> None:
    made = make(*good(6), what, *(f"good1{at}" for at in range(6)))
    assert made.pop(what) == "the picture brings its decoder down"
    assert set(made.values()) == {"made"}


def test_a_photo_that_wants_too_much_memory_is_named() -> None:
    made = make("hungry", "good1", workers=1, bounds=Bounds(memory=1 << 30))
    assert made == {"hungry": "decoding it takes more memory than a photo may", "good1": "made"}
    assert make("hungry", workers=1)["hungry"] == "made", "the bound is what stopped it"


def test_a_photo_that_takes_too_long_is_named() -> None:
    made = make("slow", "good1", workers=1, bounds=Bounds(seconds=0.2))
    assert made == {"slow": "decoding it takes longer than 0.2 s", "good1": "made"}


def test_a_decoder_that_is_stuck_in_one_call_is_ended() -> None:
    made = make("stuck", "good1", workers=1, bounds=Bounds(seconds=0.2))
    assert made == {"stuck": "the picture brings its decoder down", "good1": "made"}


def test_all_at_once() -> None:
    made = make("segfault", "slow", "good1", "stuck", "bad", "good2", bounds=Bounds(seconds=0.2))
    assert [made[name] for name in ("good1", "good2")] == ["made", "made"]
    assert "made" not in [made[name] for name in ("segfault", "slow", "stuck", "bad")]


def test_real_photos_are_made_in_other_processes(tmp_path: Path) -> None:
    (tmp_path / "red.jpg").write_bytes(a_photo("red"))
    wanted = [Found(Person.of(uid="red"), "red", "1", tmp_path / "red.jpg")]
    ((_, made),) = make_all(wanted, 1, Limits())
    assert isinstance(made, Portrait)
    assert made.renditions
    ((_, too_large),) = make_all(wanted, 1, Limits(bytes=100))
    assert isinstance(too_large, PictureError)


def test_no_process_is_started_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", never)
    assert list(make_all([], 4, Limits())) == []


def test_no_more_is_taken_in_hand_than_there_are_hands() -> None:
    """A million photos do not wait in memory."""
    taken = 0

    def endless() -> Iterator[Found]:
        nonlocal taken
        for taken in itertools.count(1):
            yield Found(Person.of(uid=f"good{taken}"), f"good{taken}", "1", Path(f"good{taken}"))

    made: Callable[[], object] = make_all(endless(), 1, Limits(), maker=maker).__next__
    for done in range(1, 20):
        made()
        assert taken - done < 8


def by_content(photo: Path | bytes, limits: Limits) -> Portrait:
    assert isinstance(photo, bytes)
    return maker(Path(photo.decode()), limits)


def test_a_workshop_makes_one_after_the_other_and_survives_what_kills_its_process() -> None:
    workshop = Workshop(Limits(), bounds=Bounds(seconds=0.2), maker=by_content)
    try:
        first = workshop.make(b"good1")
        assert isinstance(first, Portrait)
        for what, reason in (
            (b"segfault", "the picture brings its decoder down"),
            (b"slow", "decoding it takes longer than 0.2 s"),
            (b"bad", "a bad picture"),
        ):
            made = workshop.make(what)
            assert isinstance(made, PictureError)
            assert made.message == reason
        second = workshop.make(b"good2")
        assert isinstance(second, Portrait)
        third = workshop.make(b"good3")
        assert isinstance(third, Portrait)
        assert second.width == third.width != first.width, "the process stays as long as nothing kills it"
    finally:
        workshop.close()
