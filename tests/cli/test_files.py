"""`limner publish folder`, `sftp` and `s3` share all but their place."""

from __future__ import annotations

from pathlib import Path

import pytest

TABLE = '\n[[publish]]\nkind = "folder"\nname = "dmz"\npath = "out"\n'


@pytest.fixture
def out(run, site) -> Path:
    settings = Path("limner.toml")
    settings.write_text(settings.read_text() + TABLE)
    assert run("sync").status == 0
    place = Path("out")
    place.mkdir()
    return place


def names(out: Path) -> list[str]:
    return sorted(file.name for file in out.iterdir())


def test_files_are_written_once(run, out) -> None:
    done = run("publish folder")
    assert (done.status, done.err) == (0, "")
    count = len(names(out))
    assert count
    assert done.out == f"dmz: {count} added, 0 unchanged\n"
    assert run("publish folder").out == f"dmz: 0 added, {count} unchanged\n"


def test_a_dry_run_names_each_file_and_writes_none(run, out) -> None:
    done = run("publish folder --dry-run")
    assert "would be added: " in done.out
    assert "(dry run: nothing was done)" in done.out
    assert names(out) == []


def test_a_file_in_the_way_is_told_with_what_to_do(run, out) -> None:
    run("publish folder")
    for file in Path("published").iterdir():
        file.unlink()
    done = run("publish folder")
    assert done.status == 1
    assert f"not limner's, so left as it is: {names(out)[0]}" in done.out
    assert "--adopt" in done.err
    assert run("publish folder --adopt").status == 0


def test_files_that_somebody_changed_are_warned_of(run, out) -> None:
    run("publish folder")
    (out / names(out)[0]).write_text("x")
    done = run("publish folder")
    assert done.status == 0
    assert "1 files had been changed" in done.err


def test_mass_removal_is_refused_and_can_be_meant(run, out) -> None:
    run("publish folder")
    settings = Path("limner.toml")
    settings.write_text(settings.read_text() + 'names = "{uid}.jpg"\n')
    done = run("publish folder")
    assert done.status == 2
    assert "would be removed, more than 10%" in done.err
    assert "--max-removals" in done.err
    assert run("publish folder --max-removals 100%").status == 0


def test_json_has_the_paths(run, out) -> None:
    told = run("publish folder --json").json
    assert told["dry_run"] is False
    assert told["tables"][0]["name"] == "dmz"
    assert sorted(told["tables"][0]["added"]) == names(out)


def test_one_place_that_cannot_be_reached_does_not_keep_the_others(run, out) -> None:
    settings = Path("limner.toml")
    settings.write_text(settings.read_text() + TABLE.replace("dmz", "mount").replace('"out"', '"not-mounted"'))
    done = run("publish folder")
    assert done.status == 2
    assert "mount: there is no folder" in done.err
    assert names(out)
    assert run("publish folder --name dmz").status == 0


def test_what_is_not_there_is_told(run, out) -> None:
    assert "there is no table 'x'; there are: dmz" in run("publish folder --name x").err
    done = run("publish sftp")
    assert done.status == 2
    assert 'no [[publish]] with kind = "sftp"' in done.err
    assert "docs/files-only.md" in done.err
