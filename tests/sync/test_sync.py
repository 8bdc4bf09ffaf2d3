"""The whole of it: folders in, a library that agrees with them out."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from limner import people, sync
from limner.errors import LibraryError, PictureError
from limner.library import HAND, Record
from limner.people import Person
from limner.picture import portrait
from limner.sync import apply as applying

from .scene import Scene, a_photo, summaries


def by_hand(scene: Scene, who: str, colour: str) -> None:
    made = portrait(a_photo(colour))
    with scene.library.batch() as batch:
        batch.put(Record(Person.of(uid=who), HAND, who, digest=made.digest), made)


class TestOneSource:
    def test_photos_are_added_changed_and_removed(self, scene: Scene) -> None:
        scene.put("a/jane@example.com.jpg", "red")
        scene.put("a/joe.jpg", "red")
        assert summaries(scene.sync()) == [{"added": ["jane@example.com", "joe"]}, {}]
        scene.put("a/joe.jpg", "blue")
        scene.drop("a/jane@example.com.jpg")
        scene.put("a/jim.jpg", "lime")
        expected = {"added": ["jim"], "changed": ["joe"], "removed": ["jane@example.com"]}
        assert summaries(scene.sync()) == [expected, {}]
        assert [scene.shown(who) for who in ("jane@example.com", "joe", "jim")] == [None, "blue", "lime"]

    def test_what_is_unchanged_costs_no_picture_work(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        for who in ("jane", "joe"):
            scene.put(f"a/{who}.jpg", "red")
        scene.sync()

        def never(*arguments: object) -> None:
            raise AssertionError("a photo was looked at")

        monkeypatch.setattr(applying, "make_all", never)
        monkeypatch.setattr(applying, "_digest", never)
        assert summaries(scene.sync()) == [{"kept": 2}, {}]

    def test_a_touched_or_renamed_photo_is_not_decoded_again(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for who, colour in (("jane", "red"), ("joe", "blue")):
            scene.put(f"a/{who}.jpg", colour)
        scene.sync()
        first = scene.library.find(people.by_uid("joe"))
        os.utime(scene.place / "a/joe.jpg", ns=(1, 1))
        (scene.place / "a/jane.jpg").rename(scene.place / "a/Jane.JPG")
        real = applying.make_all

        def only_none(wanted: object, *rest: object) -> object:
            assert list(wanted) == []  # type: ignore[call-overload]
            return real([], *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(applying, "make_all", only_none)
        scene.sync()
        again = scene.library.find(people.by_uid("joe"))
        assert first is not None
        assert again is not None
        assert again.modified == first.modified, "the photo is the same"
        assert [scene.shown(who) for who in ("jane", "joe")] == ["red", "blue"]

    def test_photos_that_are_swapped_are_swapped(self, scene: Scene) -> None:
        """The library has both pictures, and each is shown by nobody for a moment."""
        scene.put("a/jane.jpg", "red")
        scene.put("a/joe.jpg", "blue")
        scene.sync()
        scene.put("a/jane.jpg", "blue")
        scene.put("a/joe.jpg", "red")
        assert summaries(scene.sync()) == [{"changed": ["jane", "joe"]}, {}]
        assert [scene.shown(who) for who in ("jane", "joe")] == ["blue", "red"]

    def test_photos_that_are_swapped_over_several_batches_are_made_anew(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(applying, "BATCH_PEOPLE", 1)
        self.test_photos_that_are_swapped_are_swapped(scene)

    def test_new_pictures_are_stored_in_small_batches(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        """Their renditions are in memory until a batch ends; people whose pictures are there go into one batch."""
        monkeypatch.setattr(applying, "BATCH_PICTURES", 1)
        for at, colour in enumerate(("red", "lime", "blue")):
            scene.put(f"a/p{at}.jpg", colour)
            scene.put(f"b/q{at}.jpg", colour)
        told: list[tuple[str, int]] = []
        scene.sync(tell=lambda what, done, of: told.append((what, done)))
        assert told == [("photos of a", 1), ("photos of a", 2), ("photos of a", 3), ("photos of b", 3)]

    def test_a_bad_file_is_named_the_rest_goes_on_and_the_last_good_photo_stays(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.sync()
        for bad in (b"no picture", b"", a_photo("blue")[:200]):
            scene.put("a/jane.jpg", bad)
            scene.put("a/new.jpg", bad)
            scene.put("a/joe.jpg", "lime")
            (report, _) = scene.sync()
            assert [each.where for each in report.refused] == ["jane.jpg", "new.jpg"]
            assert all(each.reason for each in report.refused)
            assert "jane" not in report.changed
            assert "new" not in report.added
            assert [scene.shown(who) for who in ("jane", "joe", "new")] == ["red", "lime", None]

    def test_a_renamed_file_whose_photo_is_bad_leaves_the_last_good_photo(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.sync()
        scene.drop("a/jane.jpg")
        scene.put("a/jane.png", b"no picture")
        for _ in range(2):
            (report, _) = scene.sync(0.1)
            assert [each.where for each in report.refused] == ["jane.png"]
            assert (report.added, report.removed) == ([], [])
            assert scene.shown("jane") == "red"

    def test_a_listed_file_that_is_missing_leaves_the_last_good_photo(self, scene: Scene) -> None:
        scene.put("a/1.jpg", "red")
        (scene.place / "a.csv").write_text("file,uid\n1.jpg,jane\n")
        scene.extra["a"] = {"table": scene.place / "a.csv"}
        scene.sync()
        scene.drop("a/1.jpg")
        (report, _) = scene.sync()
        assert [each.where for each in report.refused] == ["a.csv, line 2"]
        assert scene.shown("jane") == "red"
        (scene.place / "a.csv").write_text("file,uid\n,jane\n")
        assert summaries(scene.sync())[0] == {"changed": ["jane"]}
        assert scene.shown("jane") is None, "no file in the list: no photo"

    def test_whoever_is_renamed_always_has_a_photo(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        """After every batch, not only at the end."""
        for at in range(5):
            scene.put(f"a/p{at}.jpg", "red")
        scene.sync()
        for at in range(5):
            (scene.place / f"a/p{at}.jpg").rename(scene.place / f"a/p{at}.png")
        monkeypatch.setattr(applying, "BATCH_PEOPLE", 1)
        looks = []

        def look(what: str, done: int, of: int | None) -> None:
            looks.append([scene.shown(f"p{at}") for at in range(5)])

        scene.sync(tell=look)
        assert len(looks) == 5
        assert all(look == ["red"] * 5 for look in looks)

    def test_a_person_whose_mail_address_changes_stays_one_person(self, scene: Scene) -> None:
        scene.put("a/1.jpg", "red")
        scene.extra["a"] = {"table": scene.place / "a.csv"}
        for mail in ("jane@example.com", "roe@example.com"):
            (scene.place / "a.csv").write_text(f"file,mail,uid\n1.jpg,{mail},jane\n")
            scene.sync(0)
            assert scene.library.count().people == 1
            assert scene.shown(mail) == scene.shown("jane") == "red"
        assert scene.shown("jane@example.com") is None

    def test_from_an_incomplete_source_nobody_is_removed(self, scene: Scene) -> None:
        scene.extra["a"] = {"collect": scene.place / "list.in"}
        scene.put("a/1.jpg")
        (scene.place / "list.in").write_text("1.jpg\njane\n.\n1.jpg\njoe\n.\n")
        scene.sync()
        (scene.place / "list.in").write_text("1.jpg\njane\n.\n1.jpg\n")
        (report, _) = scene.sync(0)
        assert report.removed == []
        assert scene.shown("joe") == "red"

    def test_the_folder_of_another_encoding_is_synced(self, scene: Scene) -> None:
        folder = os.fsencode(scene.place) + b"/a/caf\xe9"
        os.mkdir(folder)
        with open(folder + b"/jane.jpg", "wb") as file:
            file.write(a_photo("lime"))
        scene.sync()
        assert scene.shown("jane") == "lime"
        assert summaries(scene.sync())[0] == {"kept": 1}


class TestSeveralSources:
    def test_the_first_one_counts(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.put("b/jane.jpg", "blue")
        for expected in ([{"added": ["jane"]}, {"shadowed": ["jane"]}], [{"kept": 1}, {"kept": 1}]):
            assert summaries(scene.sync()) == expected
            assert scene.shown("jane") == "red"
            assert scene.library.count().people == 1

    def test_when_the_first_drops_somebody_the_second_shows_in_the_same_run(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.put("b/jane.jpg", "blue")
        scene.sync()
        scene.drop("a/jane.jpg")
        assert summaries(scene.sync()) == [{"removed": ["jane"]}, {"kept": 1}]
        assert scene.shown("jane") == "blue"

    def test_priority_that_is_switched_in_the_settings_is_switched_in_one_run(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.put("b/jane.jpg", "blue")
        scene.sync()
        scene.sources = ["b", "a"]
        assert summaries(scene.sync(0)) == [{"kept": 1}, {"kept": 1}]
        assert scene.origins() == [("b", "jane.jpg")]
        assert scene.shown("jane") == "blue"

    def test_a_photo_by_hand_outranks_all_and_gives_way_when_it_is_removed(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.put("b/jane.jpg", "blue")
        by_hand(scene, "jane", "lime")
        assert summaries(scene.sync()) == [{"shadowed": ["jane"]}, {"shadowed": ["jane"]}]
        assert scene.shown("jane") == "lime"
        with scene.library.batch() as batch:
            sync.arrange(batch, sync.rules_of(scene.settings), gone=[(HAND, "jane")])
        assert scene.shown("jane") == "red", "at once"
        assert summaries(scene.sync()) == [{"kept": 1}, {"kept": 1}]

    def test_a_photo_that_is_added_by_hand_meanwhile_counts(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scene.put("a/jane.jpg", "red")
        real = applying.carry_out

        def late(*arguments: object) -> None:
            by_hand(scene, "jane", "lime")
            real(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(sync, "carry_out", late)
        assert summaries(scene.sync()) == [{"shadowed": ["jane"]}, {}]
        assert scene.shown("jane") == "lime"

    @pytest.mark.parametrize("already_shown", [True, False])
    def test_when_the_better_photo_is_bad_the_other_one_shows(self, scene: Scene, already_shown: bool) -> None:
        scene.put("b/jane.jpg", "blue")
        if already_shown:
            scene.sync()
        scene.put("a/jane.jpg", b"no picture")
        for expected in ({"kept": 1} if already_shown else {"added": ["jane"]}, {"kept": 1}):
            assert summaries(scene.sync(0)) == [{"refused": ["jane.jpg"]}, expected]
            assert scene.shown("jane") == "blue"
        scene.put("a/jane.jpg", "red")
        assert summaries(scene.sync(0)) == [{"added": ["jane"]}, {"kept": 1}]
        assert scene.origins() == [("a", "jane.jpg")]

    def test_a_source_that_cannot_be_read_is_reported_and_keeps_its_people(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.sync()
        (scene.place / "a").rename(scene.place / "elsewhere")
        scene.put("b/jane.jpg", "blue")
        scene.put("b/joe.jpg", "blue")
        first, second = scene.sync(0)
        assert first.failed is not None
        assert "is not a folder" in first.failed
        assert (second.added, second.shadowed) == (["joe"], ["jane"])
        assert scene.shown("jane") == "red"

    def test_a_source_that_left_the_settings_keeps_its_people_until_another_has_them(self, scene: Scene) -> None:
        for who in ("jane", "joe"):
            scene.put(f"a/{who}.jpg", "red")
        scene.sync()
        scene.sources = ["b"]
        scene.put("b/jane.jpg", "blue")
        assert summaries(scene.sync(0)) == [{"added": ["jane"]}]
        assert [scene.shown(who) for who in ("jane", "joe")] == ["blue", "red"]

    def test_only_those_that_are_asked_for_are_read(self, scene: Scene) -> None:
        scene.put("a/jane.jpg", "red")
        scene.put("b/jane.jpg", "blue")
        assert summaries(scene.sync(only=["b"])) == [{"added": ["jane"]}]
        assert summaries(scene.sync(only=["a"])) == [{"added": ["jane"]}]
        assert summaries(scene.sync(only=["b"])) == [{"kept": 1}]
        assert scene.shown("jane") == "red"


def test_a_second_sync_at_the_same_time_says_so(scene: Scene) -> None:
    with (scene.place / "library" / "sync.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LibraryError, match="another sync of this library is running"):
            scene.sync()
    scene.sync()


def test_the_lock_is_for_nobody_elses_eyes(scene: Scene) -> None:
    scene.sync()
    assert (scene.place / "library" / "sync.lock").stat().st_mode & 0o777 == 0o600


def test_a_photo_that_turns_out_bad_late_is_an_error_of_that_photo(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever says no, the report names the file."""
    scene.put("a/jane.jpg")
    monkeypatch.setattr(applying, "make_all", lambda wanted, *_: [(found, PictureError("no")) for found in wanted])
    (report, _) = scene.sync()
    assert [(each.where, each.reason) for each in report.refused] == [("jane.jpg", "no")]


SYNC = """
import sys
from pathlib import Path
from limner import sync
from limner.library import open_library
from limner.settings import FolderSource, Settings, Sync
from limner.sync import apply
if __name__ == "__main__":
    apply.BATCH_PEOPLE = 3
    place = Path(sys.argv[1])
    source = FolderSource(kind="folder", path=place / "a", name="a")
    settings = Settings(library=place / "library", source=[source], sync=Sync(workers=1))
    sync.run(open_library(place / "library", create=True), settings,
             tell=lambda what, done, of: print(done, flush=True) or sys.stdin.readline())
"""


def test_a_sync_that_was_killed_is_continued_by_the_next(scene: Scene) -> None:
    """Nothing is lost or doubled, and no process of it is left behind."""
    colours = ["red", "lime", "blue"]
    for at in range(60):
        scene.put(f"a/p{at:02}.jpg", colours[at % 3] if at % 2 else a_photo(colours[at % 3]) + bytes(at))
    chance = random.Random(5)
    for _ in range(3):
        command = [sys.executable, "-c", SYNC, str(scene.place)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdin is not None
        assert child.stdout is not None
        for _ in range(chance.randrange(1, 5)):  # batches; after each the child waits for a line
            child.stdout.readline()
            print(file=child.stdin, flush=True)
        workers = _children(child.pid)
        threading.Event().wait(chance.random() * 0.005)  # within a batch
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert list(scene.library.check()) == []
        _wait_until_gone(workers)
    stored = scene.library.count().people
    assert 0 < stored < 60
    (report, _) = scene.sync()
    assert (report.kept, len(report.added)) == (stored, 60 - stored)
    assert scene.library.count().people == 60
    assert [scene.shown(f"p{at:02}") for at in range(60)] == [colours[at % 3] for at in range(60)]


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_until_gone(pids: list[int]) -> None:
    end = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text() for pid in pids):
        assert time.monotonic() < end, "a process was left behind"
        threading.Event().wait(0.01)
