"""How tables stand, as status, the metrics and /readyz tell it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from limner.library import Library, open_library
from limner.publish.files import Report
from limner.publish.lock import alone, lock_of
from limner.publish.results import write_result
from limner.publish.standing import Row, as_dict, standing
from limner.settings import FolderFiles, Settings


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = open_library(tmp_path / "library", create=True)
    yield made
    made.close()


def site(tmp_path: Path, **more: Any) -> Settings:
    table = {"kind": "folder", "path": tmp_path / "out", "name": "dmz", "manifests": tmp_path / "published"}
    return Settings(publish=[FolderFiles(**table | more)])


def only(rows: list[Row]) -> Row:
    (row,) = rows
    return row


def test_a_table_that_was_never_published_is_due_at_once_if_it_has_a_schedule(library: Library, tmp_path: Path) -> None:
    assert only(standing(library, site(tmp_path))).next_run is None
    row = only(standing(library, site(tmp_path, schedule="every 1h")))
    assert row.next_run is not None
    assert row.next_run <= time.time()
    told = as_dict(row)
    assert (told["last_success"], told["age_seconds"], told["last_run"], told["failed"]) == (None, None, None, None)


def test_what_a_run_did_is_told(library: Library, tmp_path: Path) -> None:
    whole = site(tmp_path, schedule="every 1h")
    now = time.time()
    write_result(library, whole.publish[0], Report("dmz", "out", added=["a.jpg"], kept=3), now - 10, now - 5)
    row = only(standing(library, whole))
    assert row.next_run == now - 10 + 3600
    told = as_dict(row)
    assert (told["table"], told["kind"], told["running"], told["failed"]) == ("dmz", "folder", False, None)
    assert told["age_seconds"] in range(5, 10)
    assert told["last_run"] == told["last_success"]
    assert only(standing(library, whole, {"dmz": now})).next_run == now + 3600, "also one that wrote nothing down"


def test_a_run_shows_while_it_runs(library: Library, tmp_path: Path) -> None:
    whole = site(tmp_path)
    with alone(lock_of(whole.publish[0])):
        assert only(standing(library, whole)).running
    assert not only(standing(library, whole)).running
