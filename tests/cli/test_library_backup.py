"""`limner library backup` and `limner library restore`."""

from __future__ import annotations

import re
from pathlib import Path

from .conftest import Run


def test_there_and_back(run: Run, site: Path) -> None:
    people = run("people").out
    done = run("library backup one.backup")
    assert (done.status, done.out, done.err) == (0, "one.backup: 2 people, 1 with a photo, 1 pictures\n", "")
    told = run("library backup two.backup --json").json
    assert told == {
        "file": "two.backup", "people": 2, "with_photo": 1, "pictures": 1, "size": (site / "two.backup").stat().st_size,
    }  # fmt: skip
    (site / "library" / "data.mdb").unlink()
    assert run("people").status == 2
    done = run("library restore one.backup")
    assert (done.status, done.err) == (0, "")
    assert done.out == "2 people, 1 with a photo, 1 pictures: restored\n"
    assert run("people").out == people
    assert run("library check").status == 0


def test_a_folder_gets_a_file_named_for_the_time(run: Run, site: Path) -> None:
    (site / "backups").mkdir()
    file = run("library backup backups --json").json["file"]
    assert re.fullmatch(r"backups/limner-\d{8}T\d{6}Z\.backup", file)
    assert (site / file).exists()


def test_what_is_there_stays(run: Run, site: Path) -> None:
    assert run("library backup one.backup").status == 0
    done = run("library backup one.backup")
    assert (done.status, done.out) == (2, "")
    assert "limner: error: there is something at one.backup already\n" in done.err
    done = run("library restore one.backup")
    assert (done.status, done.out) == (2, "")
    assert "limner: hint: with `--replace` it is put aside" in done.err
    before = (site / "library" / "data.mdb").read_bytes()
    done = run("library restore --dry-run one.backup")
    assert (done.status, done.err) == (0, "")
    assert done.out.endswith("1 pictures: sound (dry run: nothing was done)\n")
    assert run("library restore --dry-run --json one.backup").json["dry_run"]
    assert (site / "library" / "data.mdb").read_bytes() == before
    done = run("library restore --replace one.backup")
    assert done.status == 0
    aside = re.search(r"the library that was there is (\S+); delete it when all is well\n", done.err)
    assert aside
    assert Path(aside[1]).read_bytes() == before
    assert run("library restore --replace one.backup --json").json["aside"].startswith(str(site / "library"))


def test_what_is_no_backup_is_said(run: Run, site: Path) -> None:
    (site / "letter.txt").write_text("Dear Jane")
    for options in ("--replace", "--dry-run"):
        done = run(f"library restore letter.txt {options}")
        assert (done.status, done.out) == (2, "")
        assert done.err == "limner: error: letter.txt is not a backup of a library\n"


def test_without_a_library_there_is_nothing_to_back_up(run: Run, fresh: Path) -> None:
    done = run("library backup one.backup")
    assert done.status == 2
    assert "there is no library in " in done.err


def test_a_shared_library_has_other_tools(run: Run, site: Path) -> None:
    (site / "limner.toml").write_text('library = "postgresql://limner@db.invalid/limner"\n')
    for command in ("library backup one.backup", "library restore one.backup"):
        done = run(command)
        assert done.status == 2
        assert "the library is in PostgreSQL" in done.err
        assert "pg_dump" in done.err
