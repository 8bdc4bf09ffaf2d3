"""How sources stand, as status, the metrics and /readyz tell it."""

from __future__ import annotations

import time

import pytest

from limner.errors import LibraryError, SyncRefusedError
from limner.sync.standing import as_dict, standing

from .scene import Scene


def rows(scene: Scene) -> dict[str, dict[str, object]]:
    return {row.result.source: as_dict(row) for row in standing(scene.library, scene.settings)}


def test_a_source_that_was_never_synced_is_due_at_once(scene: Scene) -> None:
    scene.options["schedule"] = "every 1h"
    (row, _) = standing(scene.library, scene.settings)
    assert row.next_run is not None
    assert row.next_run <= time.time()
    told = as_dict(row)
    assert (told["last_success"], told["age_seconds"], told["last_run"], told["failed"]) == (None, None, None, None)


def test_what_a_sync_did_is_told(scene: Scene) -> None:
    scene.options["schedule"] = "every 1h"
    scene.put("a/jane.jpg")
    scene.put("a/bad.jpg", b"no picture")
    scene.sync()
    told = rows(scene)["a"]
    counts = {"added": 1, "changed": 0, "removed": 0, "shadowed": 0, "refused": 1, "postponed": 0, "kept": 0}
    assert (told["people"], told["counts"], told["failed"]) == (1, counts, None)
    assert told["age_seconds"] in range(5)
    assert told["last_success"] == told["last_run"]
    (row, _) = standing(scene.library, scene.settings)
    assert row.next_run == row.result.began + 3600
    tried = time.time()
    (row, _) = standing(scene.library, scene.settings, {"a": tried})
    assert row.next_run == tried + 3600, "also one that wrote nothing down"


def test_a_source_that_is_down_keeps_its_last_success(scene: Scene) -> None:
    scene.put("a/jane.jpg")
    scene.sync()
    before = rows(scene)["a"]["last_success"]
    (scene.place / "a").rename(scene.place / "elsewhere")
    scene.sync()
    told = rows(scene)
    assert "is not a folder" in str(told["a"]["failed"])
    assert (told["a"]["last_success"], told["a"]["people"]) == (before, 1)
    assert told["b"]["failed"] is None


def test_a_sync_that_was_refused_is_a_failure_and_a_dry_run_is_nothing(scene: Scene) -> None:
    scene.put("a/jane.jpg")
    scene.sync()
    before = rows(scene)
    scene.drop("a/jane.jpg")
    with pytest.raises(SyncRefusedError):
        scene.sync(0, dry_run=True)
    scene.sync(dry_run=True)
    assert [told["last_run"] for told in rows(scene).values()] == [told["last_run"] for told in before.values()]
    with pytest.raises(SyncRefusedError):
        scene.sync(0)
    assert "would remove 1 of 1 people" in str(rows(scene)["a"]["failed"])


def test_a_sync_that_could_not_begin_is_no_run(scene: Scene) -> None:
    assert not scene.library.is_held()
    with scene.library.alone():
        assert scene.library.is_held()
        with pytest.raises(LibraryError, match="another sync"):
            scene.sync()
    assert not scene.library.is_held()
    assert rows(scene)["a"]["last_run"] is None
