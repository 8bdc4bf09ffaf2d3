"""What a sync would do, and when it refuses to."""

from __future__ import annotations

import pytest

from limner.errors import SyncRefusedError
from limner.sync.plan import Plan
from limner.sync.report import Report

from .scene import Scene, summaries


def a_plan(removed: int, known: int) -> Plan:
    return Plan(Report("photos", removed=[str(at) for at in range(removed)]), known=known)


@pytest.mark.parametrize(
    ("removed", "known", "share"),
    [(1, 10, 0.1), (29, 100, 0.29), (7, 100, 0.07), (0, 0, 0.1), (0, 10, 0), (3, 3, 1), (123, 1000, 0.123)],
)
def test_exactly_the_share_goes_on(removed: int, known: int, share: float) -> None:
    a_plan(removed, known).guard(share)
    if removed and share < 1:
        with pytest.raises(SyncRefusedError):
            a_plan(removed + 1, known).guard(share)


@pytest.mark.parametrize(("removed", "known", "percent"), [(1, 3, 34), (2, 3, 67), (1, 1000, 1), (3, 3, 100)])
def test_a_refusal_says_how_to_go_on_and_that_goes_on(removed: int, known: int, percent: int) -> None:
    plan = a_plan(removed, known)
    with pytest.raises(SyncRefusedError, match=f"{removed} of {known} people") as caught:
        plan.guard(0)
    assert caught.value.hint is not None
    assert f"--max-removals {percent}%" in caught.value.hint
    plan.guard(percent / 100)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_sync_that_would_remove_too_many_does_nothing_at_all(scene: Scene, dry_run: bool) -> None:
    """One of three is a third, and more than the usual tenth; the other source is not touched either."""
    for who in ("jane", "joe", "jim"):
        scene.put(f"b/{who}.jpg")
    scene.sync()
    scene.drop("b/jane.jpg")
    scene.put("a/new.jpg")
    with pytest.raises(SyncRefusedError, match="1 of 3 people"):
        scene.sync(0.1, dry_run=dry_run)
    assert scene.origins() == [("b", "jane.jpg"), ("b", "jim.jpg"), ("b", "joe.jpg")]


def test_one_of_ten_may_leave(scene: Scene) -> None:
    for at in range(10):
        scene.put(f"a/p{at}.jpg")
    scene.sync()
    scene.drop("a/p3.jpg")
    assert summaries(scene.sync(0.1, only=["a"])) == [{"removed": ["p3"], "kept": 9}]


def test_an_emptied_folder_removes_nobody(scene: Scene) -> None:
    scene.put("a/jane.jpg")
    scene.sync()
    scene.drop("a/jane.jpg")
    with pytest.raises(SyncRefusedError, match="1 of 1 people"):
        scene.sync(0.1)
    assert scene.shown("jane") == "red"


def test_whoever_is_only_renamed_or_outranked_is_not_removed(scene: Scene) -> None:
    """All files of a folder get another suffix, and then all of its people come to the other folder as well."""
    for at in range(3):
        scene.put(f"b/p{at}.jpg")
    scene.sync()
    for at in range(3):
        (scene.place / f"b/p{at}.jpg").rename(scene.place / f"b/p{at}.jpeg")
    assert summaries(scene.sync(0)) == [{}, {"added": ["p0", "p1", "p2"]}]
    assert scene.origins() == [("b", f"p{at}.jpeg") for at in range(3)]
    for at in range(3):
        scene.put(f"a/p{at}.jpg", "blue")
    assert summaries(scene.sync(0)) == [{"added": ["p0", "p1", "p2"]}, {"kept": 3}]
    assert scene.origins() == [("a", f"p{at}.jpg") for at in range(3)]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(scene: Scene) -> None:
    for who in ("jane", "joe"):
        scene.put(f"a/{who}.jpg")
    scene.sync()
    before = scene.origins()
    scene.drop("a/jane.jpg")
    scene.put("a/joe.jpg", "blue")
    scene.put("a/jim.jpg")
    expected = [{"added": ["jim"], "changed": ["joe"], "removed": ["jane"]}, {}]
    assert summaries(scene.sync(dry_run=True)) == expected
    assert scene.origins() == before
    assert scene.shown("joe") == "red"
    assert summaries(scene.sync()) == expected


def test_the_same_person_twice_in_a_source_is_refused_with_both_names(scene: Scene) -> None:
    scene.put("a/jane.jpg", "red")
    scene.put("a/JANE.png", "blue")
    scene.put("a/sub/Jane.jpg", "lime")
    (report, _) = scene.sync()
    assert report.added == ["jane"]
    assert {each.where: each.reason for each in report.refused} == {
        "jane.jpg": "the same person as JANE.png, which is shown",
        "sub/Jane.jpg": "the same person as JANE.png, which is shown",
    }
    (again, _) = scene.sync()
    assert (again.kept, len(again.refused)) == (1, 2)
    assert scene.shown("jane") == "blue"


def test_a_row_that_is_listed_twice_is_refused_with_the_file_that_is_not_taken(scene: Scene) -> None:
    scene.put("a/1.jpg", "red")
    scene.put("a/2.jpg", "blue")
    (scene.place / "a.csv").write_text("file,uid\n1.jpg,jane\n2.jpg,JANE\n")
    scene.extra["a"] = {"table": scene.place / "a.csv"}
    (report, _) = scene.sync()
    assert [(each.where, each.reason) for each in report.refused] == [
        ("jane", "listed twice; the first one counts, not 2.jpg")
    ]
    assert scene.shown("jane") == "red"
