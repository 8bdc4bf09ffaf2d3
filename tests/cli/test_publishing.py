"""What all verbs of `limner publish` share: how a run ended is known afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from limner.errors import LibraryError

TABLE = '\n[[publish]]\nkind = "folder"\nname = "dmz"\npath = "out"\nschedule = "every 1h"\n'


@pytest.fixture
def out(run, site) -> Path:
    settings = Path("limner.toml")
    settings.write_text(settings.read_text() + TABLE)
    assert run("sync").status == 0
    place = Path("out")
    place.mkdir()
    return place


def published(run) -> dict[str, object]:
    (row,) = run("status --json").json["published"]
    return row


def test_status_tells_of_the_last_run(run, out) -> None:
    assert published(run)["last_run"] is None
    assert run("publish folder").status == 0
    row = published(run)
    assert (row["table"], row["kind"], row["failed"], row["running"]) == ("dmz", "folder", None, False)
    assert row["counts"]["added"]
    assert row["next_run"]
    head, line = run("status").out.splitlines()[-2:]
    assert head.split("  ")[0] == "published"
    assert line.startswith("dmz")
    assert " added " in line


def test_a_run_that_failed_is_told_and_status_ends_with_1(run, out) -> None:
    run("publish folder")
    before = published(run)["last_success"]
    out.rename("elsewhere")
    assert run("publish folder").status == 2
    done = run("status")
    assert done.status == 1
    assert "limner: error: dmz: there is no folder" in done.err
    assert " failed " in done.out
    assert published(run)["last_success"] == before


def test_a_dry_run_leaves_no_trace(run, out) -> None:
    run("publish folder --dry-run")
    assert published(run)["last_run"] is None


def test_a_second_run_is_told_so_and_is_no_run(run, out) -> None:
    run("publish folder")
    before = published(run)
    (lock,) = Path("published").glob("*.lock")
    held = os.open(lock, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    done = run("publish folder")
    assert done.status == 2
    assert "dmz: it is being published already" in done.err
    now = published(run)
    os.close(held)
    assert now["running"] is True
    assert "running now" not in run("status").out
    assert now | {"running": False, "age_seconds": 0} == before | {"age_seconds": 0}


def test_a_result_that_cannot_be_written_down_is_a_warning(run, out, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a library that this user may only read: the photos are published all the same."""

    def refuses(*what: object) -> None:
        raise LibraryError("it cannot be written")

    monkeypatch.setattr("limner.cli.publishing.write_result", refuses)
    done = run("publish folder")
    assert done.status == 0
    assert "limner: warning: dmz: `limner status` will not tell of this run: it cannot be written" in done.err


def test_without_a_library_nothing_is_published(run, out) -> None:
    shutil.rmtree("library")
    done = run("publish folder")
    assert done.status == 2
    assert "there is no library" in done.err
    assert list(out.iterdir()) == []
