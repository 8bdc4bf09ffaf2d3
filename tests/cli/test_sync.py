"""`limner sync`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import SETTINGS, Run, jpeg


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sync_adds_names_what_it_refuses_and_goes_on(run: Run, fresh: Path) -> None:
    (fresh / "photos" / "Jane@example.com.jpg").write_bytes(jpeg("maroon"))
    (fresh / "photos" / "broken@example.com.jpg").write_bytes(jpeg("maroon")[:300])
    (fresh / "photos" / "a@b@c.jpg").write_bytes(jpeg("maroon"))
    (fresh / "photos" / "notes.txt").write_text("no picture")
    done = run("sync --json")
    assert (done.status, done.err) == (1, "")
    result = done.json
    assert result.keys() == {
        *("dry_run", "seconds", "added", "changed", "removed", "shadowed", "refused", "postponed"),
        *("ignored", "kept", "sources"),
    }
    assert (result["added"], result["kept"], result["dry_run"]) == (["jane@example.com"], 0, False)
    reasons = {refused["file"]: refused["reason"] for refused in result["refused"]}
    assert reasons.keys() == {"broken@example.com.jpg", "a@b@c.jpg"}
    assert all(reasons.values())
    assert [ignored["file"] for ignored in result["ignored"]] == ["notes.txt"]
    (source,) = result["sources"]
    assert (source["source"], source["failed"], source["refused"]) == ("photos", None, result["refused"])

    again = run("sync")
    assert again.status == 1
    *refused, summary = again.out.splitlines()
    assert sorted(refused) == sorted(f"refused: {file}: {reason}" for file, reason in reasons.items())
    assert summary == "photos: 0 added, 1 unchanged, 2 refused, 1 ignored"


def test_an_unchanged_folder(run: Run, site: Path) -> None:
    done = run("sync")
    assert (done.status, done.out, done.err) == (0, "photos: 0 added, 2 unchanged\n", "")


def test_a_dry_run_says_what_would_be_and_changes_nothing(run: Run, site: Path) -> None:
    (site / "photos" / "people.csv").write_text("file,uid\n,new\nJane.Roe@example.com.jpg,jroe\n")
    run("people")  # what reading alone does to the library's lock file is done
    before = tree(site)
    done = run("sync --dry-run --max-removals 100%")
    assert done.status == 0
    assert "would be added: new\n" in done.out
    assert "would be removed: rdoe\n" in done.out
    assert done.out.endswith("(dry run: nothing was done)\n")
    result = run("sync --dry-run --json --max-removals 1").json
    assert result["dry_run"] is True
    assert "new" in result["added"]
    after = tree(site)
    assert {name for name in after if after[name] != before.get(name)} <= {"library/lock.mdb", "library/sync.lock"}
    assert {person["uid"] for person in run("people --json").json} == {"jroe", "rdoe"}


@pytest.mark.parametrize("folder_is_there", [False, True])
def test_a_dry_run_makes_no_library(run: Run, fresh: Path, folder_is_there: bool) -> None:
    (fresh / "photos" / "jane.jpg").write_bytes(jpeg("maroon"))
    if folder_is_there:
        (fresh / "library").mkdir()
    done = run("sync --dry-run")
    assert (done.status, done.err) == (0, "")
    assert done.out == "would be added: jane\nphotos: 1 added, 0 unchanged (dry run: nothing was done)\n"
    assert not (fresh / "library" / "data.mdb").exists()
    assert (fresh / "library").exists() is folder_is_there


def test_a_sync_that_would_remove_many_stops_and_says_how_to_go_on(run: Run, site: Path) -> None:
    (site / "photos" / "people.csv").write_text("file,mail,uid,name\n")
    done = run("sync")
    assert (done.status, done.out) == (2, "")
    error, hint = done.err.splitlines()
    assert "would remove 2 of 2 people" in error
    assert "nothing was done" in error
    assert "limner sync --max-removals 100%" in hint
    assert len(run("people --json").json) == 2
    done = run("sync --max-removals 100%")
    assert (done.status, done.out) == (0, "photos: 0 added, 2 removed, 0 unchanged\n")


def test_a_source_that_cannot_be_read(run: Run, site: Path) -> None:
    (site / "photos").rename(site / "unmounted")
    done = run("sync")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: source 'photos': ")
    as_json = run("sync --json")
    assert (as_json.status, as_json.err) == (2, done.err)
    assert "is not a folder" in as_json.json["sources"][0]["failed"]
    assert len(run("people --json").json) == 2


def test_one_source_of_several(run: Run, fresh: Path) -> None:
    (fresh / "more").mkdir()
    (fresh / "more" / "people.csv").write_text("file,uid\n,jane\n")
    more = '[[source]]\nkind = "folder"\npath = "more"\ntable = "more/people.csv"\n'
    (fresh / "limner.toml").write_text(SETTINGS + more)
    done = run("sync --source more")
    assert (done.status, done.out) == (0, "more: 1 added, 0 unchanged\n")
    done = run("sync --source elsewhere")
    assert (done.status, done.out) == (2, "")
    assert "there is no source 'elsewhere'; there are: photos, more" in done.err


def test_people_of_a_source_that_is_gone_are_kept_and_pointed_out(run: Run, site: Path) -> None:
    (site / "portraits").mkdir()
    (site / "limner.toml").write_text(SETTINGS.replace('"photos"', '"portraits"'))
    done = run("sync --json")
    assert "limner: warning: 2 people are from 'photos', which is no source any more; they are kept" in done.err
    assert {person["source"] for person in run("people --json").json} == {"photos"}


def test_no_source(run: Run, fresh: Path) -> None:
    (fresh / "limner.toml").write_text("")
    done = run("sync")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: the settings name no source\nlimner: hint: ")
    assert not (fresh / "library").exists()


def test_names_of_files_cannot_speak_to_the_terminal(run: Run, fresh: Path) -> None:
    """Escapes, markup, and bytes that are not UTF-8."""
    for name in (b"[red]@@\x1b[31m.jpg", b"\xff@\xfe@.jpg", b"a\nrefused: b@@.jpg"):
        (fresh / "photos" / os.fsdecode(name)).write_bytes(b"")
    done = run("sync --dry-run")
    assert done.status == 1
    assert len(done.out.splitlines()) == 4
    assert done.out.replace("\n", "").isprintable()
    assert "refused: [red]@@�[31m.jpg: " in done.out
    result = run("sync --dry-run --json")
    assert result.out.isascii()
    files = [refused["file"] for refused in result.json["refused"]]
    assert len(files) == 3
    assert {"[red]@@\x1b[31m.jpg", "a\nrefused: b@@.jpg"} <= set(files)
