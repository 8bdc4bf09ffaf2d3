"""Whoever leaves is removed, or hidden and removed later; whoever comes back has their photo again."""

from __future__ import annotations

import time
from typing import Any

import pytest

from limner import people
from limner.errors import SyncRefusedError
from limner.settings import Hide
from limner.sync import apply as applying
from limner.sync import leavers
from limner.sync.leavers import hidden

from .scene import Scene, summaries

DAY = 86_400


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The time that leavers go by; a test moves it on."""
    now = {"is": time.time()}
    monkeypatch.setattr(leavers.time, "time", lambda: now["is"])
    return now


def hiding(scene: Scene, days: int = 30) -> None:
    scene.options["leavers"] = Hide(hide_days=days)


def who_is_hidden(scene: Scene) -> list[str]:
    return [origin for (_, origin), _ in hidden(scene.library)]


def test_a_leaver_answers_as_unknown_from_that_moment_in_every_reader(scene: Scene) -> None:
    hiding(scene)
    scene.put("a/jane@x.example.jpg")
    scene.put("a/joe.jpg")
    scene.sync()
    reader = scene.library.reader()
    keys = [people.by_mail("jane@x.example"), *(people.by_hash(each) for each in people.hashes("jane@x.example"))]
    assert all(reader.find(key) for key in keys)
    scene.drop("a/jane@x.example.jpg")
    assert summaries(scene.sync()) == [{"removed": ["jane@x.example"], "kept": 1}, {}]
    reader.release()
    for key in keys:
        assert reader.find(key) is None
        assert scene.library.find(key) is None
        assert scene.library.rendition(key, 48) is None
    reader.release()
    assert [record.person.label for _, record in scene.library.people()] == ["joe"]
    assert (scene.library.count().people, scene.library.count().with_photo) == (1, 1)
    assert scene.library.sources() == {"a": 1}
    assert who_is_hidden(scene) == ["jane@x.example.jpg"]


def test_a_leaver_is_counted_once_by_the_guard_and_not_again(scene: Scene) -> None:
    hiding(scene)
    for at in range(10):
        scene.put(f"a/p{at}.jpg")
    scene.sync()
    scene.drop("a/p0.jpg")
    assert summaries(scene.sync(0.1)) == [{"removed": ["p0"], "kept": 9}, {}]
    assert summaries(scene.sync(0)) == [{"kept": 9}, {}]
    scene.drop("a/p1.jpg")
    with pytest.raises(SyncRefusedError, match="1 of 9 people"):
        scene.sync(0.1)


def test_whoever_comes_back_has_their_photo_back_without_picture_work(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiding(scene)
    scene.put("a/jane.jpg", "red")
    scene.sync()
    photo = (scene.place / "a/jane.jpg").read_bytes()
    scene.drop("a/jane.jpg")
    scene.sync()
    assert scene.shown("jane") is None
    monkeypatch.setattr(applying, "make_all", lambda wanted, *_: [pytest.fail("made") for _ in wanted])
    scene.put("a/jane.jpg", photo)
    assert summaries(scene.sync(0)) == [{"added": ["jane"]}, {}]
    assert scene.shown("jane") == "red"
    assert who_is_hidden(scene) == []


def test_after_their_days_leavers_are_removed_by_any_later_sync(scene: Scene, clock: dict[str, float]) -> None:
    hiding(scene, 30)
    scene.put("a/jane.jpg", "red")
    scene.put("b/joe.jpg", "blue")
    scene.sync()
    scene.drop("a/jane.jpg")
    scene.sync()
    clock["is"] += 29 * DAY
    scene.sync(only=["b"])
    assert who_is_hidden(scene) == ["jane.jpg"]
    assert scene.library.count().pictures == 2
    clock["is"] += 1.01 * DAY
    scene.sync(only=["b"], dry_run=True)
    assert who_is_hidden(scene) == ["jane.jpg"]
    scene.sync(only=["b"])
    assert who_is_hidden(scene) == []
    assert scene.library.record("a", "jane.jpg") is None
    assert scene.library.count().pictures == 1


def test_a_setting_that_is_taken_back_removes_who_was_hidden(scene: Scene) -> None:
    hiding(scene)
    scene.put("a/jane.jpg")
    scene.sync()
    scene.drop("a/jane.jpg")
    scene.sync()
    scene.options = {}
    scene.sync()
    assert who_is_hidden(scene) == []
    assert scene.library.record("a", "jane.jpg") is None


def test_whoever_leaves_one_source_shows_what_another_has(scene: Scene) -> None:
    hiding(scene)
    scene.put("a/jane.jpg", "red")
    scene.put("b/jane.jpg", "blue")
    scene.sync()
    scene.drop("a/jane.jpg")
    scene.sync()
    assert scene.shown("jane") == "blue"
    scene.put("a/jane.jpg", "red")
    scene.sync()
    assert scene.shown("jane") == "red"
    assert scene.library.count().people == 1


@pytest.mark.parametrize("days", [None, 30])
def test_leaving_twice_and_coming_back_doubles_nothing(scene: Scene, days: int | None) -> None:
    if days:
        hiding(scene, days)
    for _ in range(3):
        scene.put("a/jane.jpg", "red")
        scene.sync()
        scene.drop("a/jane.jpg")
        scene.sync()
    scene.put("a/jane.jpg", "lime")
    scene.sync()
    count: Any = scene.library.count()
    assert (count.people, count.pictures) == (1, 1)
    assert scene.shown("jane") == "lime"
