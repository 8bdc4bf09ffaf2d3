"""What one sync writes down for the next, seen through syncs of a source that tells what it is told to."""

from __future__ import annotations

import pytest

from limner import sync
from limner.errors import PictureError, SourceError, SyncRefusedError
from limner.library import Library
from limner.picture import Limits
from limner.sources import Gone, Reading, Refused
from limner.sync import apply, fetch, memory
from limner.sync.memory import Memory

from .scene import Scene, a_photo, summary
from .told import Told, found

RED, BLUE = a_photo("red"), a_photo("blue")


@pytest.fixture
def told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Stand in for the folder `a`, the only source."""
    scene.sources = ["a"]
    told = Told("a")
    monkeypatch.setattr(sync, "open_source", lambda table, whole: told)
    monkeypatch.setattr(fetch, "PAUSES", ())
    return told


def run(
    scene: Scene, told: Told, *tell: object, reading: Reading | None = None, **options: object
) -> dict[str, object]:
    told.tell = tell  # type: ignore[assignment]
    told.reading = reading or Reading()
    (report,) = scene.sync(**options)  # type: ignore[arg-type]
    return summary(report)


def changes(state: str) -> Reading:
    return Reading(whole=False, state=state)


class TestState:
    def test_a_reading_goes_on_from_the_state_of_the_last_one(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", photo=RED), found("joe", photo=RED), reading=Reading(state="one"))
        told_again = run(scene, told, found("joe", "2", BLUE), reading=changes("two"))
        assert told_again == {"changed": ["joe"]}, "nobody who was not told of is gone"
        assert run(scene, told, reading=changes("two")) == {}
        assert told.asked == [None, "one", "two"]
        assert [scene.shown(who) for who in ("jane", "joe")] == ["red", "blue"]

    def test_whoever_is_gone_goes_and_who_was_never_there_is_no_matter(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", photo=RED), found("joe", photo=RED), reading=Reading(state="one"))
        assert run(scene, told, Gone("jane"), Gone("nobody"), reading=changes("two")) == {"removed": ["jane"]}
        assert [scene.shown(who) for who in ("jane", "joe")] == [None, "red"]

    def test_whoever_is_gone_and_back_in_one_reading_stays(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", photo=RED), reading=Reading(state="one"))
        assert run(scene, told, Gone("jane"), found("jane", photo=RED), reading=changes("two")) == {"kept": 1}
        assert scene.shown("jane") == "red"

    def test_the_guard_holds_for_changes_too(self, scene: Scene, told: Told) -> None:
        run(scene, told, *(found(f"p{at}", photo=RED) for at in range(4)), reading=Reading(state="one"))
        with pytest.raises(SyncRefusedError, match="2 of 4 people"):
            run(scene, told, Gone("p1"), Gone("p2"), reading=changes("two"), max_removals=0.25)
        assert run(scene, told, Gone("p1"), reading=changes("two"), max_removals=0.25) == {"removed": ["p1"]}
        assert told.asked == [None, "one", "one"], "a reading that was stopped is done again"

    def test_a_reading_that_ends_in_an_error_or_that_is_a_dry_run_is_done_again(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", photo=RED), reading=Reading(state="one"))
        failed = run(scene, told, Gone("jane"), SourceError("the line is dead"), reading=changes("two"))
        assert failed == {"failed": "the line is dead"}
        assert run(scene, told, Gone("jane"), reading=changes("two"), dry_run=True) == {"removed": ["jane"]}
        assert scene.shown("jane") == "red"
        run(scene, told, Gone("jane"), reading=changes("two"))
        assert told.asked == [None, "one", "one", "one"]
        assert told.closed == 4

    def test_a_run_that_dies_while_storing_is_done_again(
        self, scene: Scene, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*what: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(scene, told, found("jane", photo=RED), reading=Reading(state="one"), tell=die)
        assert run(scene, told, found("jane", photo=RED), reading=Reading(state="one")) == {"kept": 1}
        run(scene, told, reading=changes("two"))
        assert told.asked == [None, None, "one"]

    def test_full_believes_no_state(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", photo=RED), found("joe", photo=RED), reading=Reading(state="one"))
        assert run(scene, told, found("joe", photo=RED), reading=Reading(state="two"), full=True) == {
            "kept": 1,
            "removed": ["jane"],
        }
        assert told.asked == [None, None]

    def test_a_state_is_good_only_for_the_settings_and_the_recipe_that_it_was_made_with(
        self, scene: Scene, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run(scene, told, found("jane", photo=RED), reading=Reading(state="one"))
        scene.extra["a"] = {"names": "uid"}
        run(scene, told, found("jane", photo=RED), reading=Reading(state="one"))
        monkeypatch.setattr(memory, "RECIPE", 77)
        run(scene, told, found("jane", photo=RED), reading=Reading(state="one"))
        assert told.asked == [None, None, None]

    def test_a_source_that_starts_over_says_why_and_removes_who_is_gone(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", photo=RED), found("joe", photo=RED), reading=Reading(state="one"))
        started_over = Reading(whole=True, state="two", note="the server refused the cookie")
        assert run(scene, told, found("joe", photo=RED), reading=started_over) == {
            "kept": 1,
            "removed": ["jane"],
            "note": "the server refused the cookie",
        }


class TestPhotos:
    def test_what_is_known_is_neither_fetched_nor_put_aside(self, scene: Scene, told: Told) -> None:
        told.photos = {"x": RED}
        run(scene, told, found("jane", photo="x"), found("joe", photo=BLUE))
        assert run(scene, told, found("jane", photo="x"), found("joe", photo=BLUE)) == {"kept": 2}
        assert told.fetched == ["jane"]
        assert [scene.shown(who) for who in ("jane", "joe")] == ["red", "blue"]

    def test_a_photo_that_is_not_there_after_all_is_none(self, scene: Scene, told: Told) -> None:
        told.photos = {"x": RED, "none": None}
        run(scene, told, found("jane", photo="x"))
        assert run(scene, told, found("jane", "2", "none")) == {"changed": ["jane"]}
        assert scene.library.count().people == 1
        assert scene.shown("jane") is None

    def test_a_photo_that_could_not_be_fetched_is_tried_again(self, scene: Scene, told: Told) -> None:
        told.photos = {"x": RED}
        run(scene, told, found("jane", photo="x"), reading=Reading(state="one"))
        told.photos = {"x": SourceError("it is down"), "y": BLUE}
        tell = (found("jane", "2", "x", department="Sales"), found("joe", "1", "y"))
        late = run(scene, told, *tell, reading=changes("two"))
        assert late.pop("postponed") == [{"file": "jane", "reason": "it is down"}]
        assert late == {"added": ["joe"]}
        assert scene.shown("jane") == "red"
        for number in range(3):  # the source tells of changes after that, and not of jane any more
            again = run(scene, told, reading=changes(f"more {number}"))
            assert again == {"postponed": [{"file": "jane", "reason": "it is down"}]}
        told.photos["x"] = BLUE
        assert run(scene, told, reading=changes("last")) == {"changed": ["jane"]}
        assert scene.shown("jane") == "blue"
        assert {record.attributes.get("department") for _, record in scene.library.people()} == {"Sales", None}
        assert run(scene, told, reading=changes("last")) == {}
        assert told.asked == [None, "one", "two", "more 0", "more 1", "more 2", "last"], "nothing holds it back"

    def test_a_late_photo_is_nobodys_once_its_person_is_gone_or_another_is_told(self, scene: Scene, told: Told) -> None:
        down = {"x": SourceError("it is down"), "y": SourceError("it is down")}
        told.photos = {**down, "z": BLUE}
        people = [found(who, photo=RED) for who in ("jane", "joe", "jim", "jack", "jill")]
        run(scene, told, *people, reading=Reading(state="one"))
        run(scene, told, found("jane", "2", "x"), found("joe", "2", "y"), reading=changes("two"))
        assert sorted(of(scene.library, scene).late) == ["jane", "joe"]
        tell = (Gone("joe"), found("jane", "3", "z"))
        assert run(scene, told, *tell, reading=changes("three"), max_removals=1.0) == {
            "changed": ["jane"],
            "removed": ["joe"],
        }
        assert of(scene.library, scene).late == {}

    def test_where_many_photos_do_not_come_the_source_is_down_and_the_state_stays(
        self, scene: Scene, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(apply, "LATE", 1)
        run(scene, told, found("jim", photo=RED), reading=Reading(state="one"))
        told.photos = {"x": SourceError("it is down")}
        tell = (found("jane", "1", "x"), found("joe", "1", "x"))
        run(scene, told, *tell, reading=changes("two"))
        run(scene, told, *tell, reading=changes("two"))
        assert told.asked == [None, "one", "one"]

    def test_a_broken_photo_is_named_every_time_and_looked_at_once(self, scene: Scene, told: Told) -> None:
        told.photos = {"x": RED, "bad": b"no picture", "worse": PictureError("an HTML page")}
        run(scene, told, found("jane", photo="x"))
        for _ in range(2):
            tell = (found("jane", "2", "bad"), found("joe", "1", "worse"), found("jim", "1", b"rubbish"))
            refused = run(scene, told, *tell, reading=Reading(state="one")).pop("refused")
            assert sorted(refused) == ["jane", "jim", "joe"]  # type: ignore[call-overload]  # a list
        assert told.fetched == ["jane", "jane", "joe"]
        assert scene.shown("jane") == "red"
        run(scene, told, *tell, full=True)
        assert told.fetched == ["jane", "jane", "joe", "jane", "joe"]
        assert told.asked[-2:] == ["one", None], "a broken photo does not hold the state back"

    def test_a_photo_that_is_mended_is_taken(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", "1", b"rubbish"))
        assert run(scene, told, found("jane", "2", RED)) == {"added": ["jane"]}
        assert of(scene.library, scene).broken == {}

    def test_a_broken_photo_is_forgotten_with_its_person(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", "1", b"rubbish"), found("joe", "1", b"rubbish"))
        run(scene, told, found("joe", "1", b"rubbish"))
        assert list(of(scene.library, scene).broken) == ["joe"]
        run(scene, told, Refused("somewhere", "a folder cannot be read", complete=False))
        assert list(of(scene.library, scene).broken) == ["joe"], "nobody can say who is gone"
        run(scene, told, reading=changes("one"))
        assert list(of(scene.library, scene).broken) == ["joe"]

    def test_a_photo_above_the_limit_is_refused_and_no_more_of_it_is_put_aside_than_that_takes(
        self, scene: Scene, told: Told
    ) -> None:
        run(scene, told, found("jane", "1", bytes(30_000_000)))
        (broken,) = of(scene.library, scene).broken.values()
        assert "at most 20 MB are taken" in broken.reason

    def test_attributes_are_stored_and_a_change_of_them_is_a_change(self, scene: Scene, told: Told) -> None:
        run(scene, told, found("jane", photo=RED, department="Sales"))
        assert run(scene, told, found("jane", photo=RED, department="Sales")) == {"kept": 1}
        assert run(scene, told, found("jane", photo=RED, department="Research")) == {"changed": ["jane"]}
        ((_, record),) = scene.library.people()
        assert record.attributes == {"department": "Research"}


def of(library: Library, scene: Scene) -> Memory:
    """Read the memory of the only source."""
    (table,) = scene.settings.source
    limits = Limits(scene.settings.sync.picture_bytes, scene.settings.sync.picture_pixels)
    return Memory(library, table, limits)
