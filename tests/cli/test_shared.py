"""Every command works over a shared library as over a folder: two lines of the settings are changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_servers import Postgres, needs_postgres

from .conftest import SETTINGS, Run, jpeg

pytestmark = needs_postgres


@pytest.fixture
def shared(site: Path, postgres: Postgres) -> Path:
    two = f'library = "{postgres.fresh()}"\npictures = "file://{site}/store"\n'
    (site / "limner.toml").write_text(two + SETTINGS)
    return site


def test_the_plain_jobs(run: Run, shared: Path) -> None:
    assert "would be added: jane.roe@example.com" in run("sync --dry-run").out
    assert run("library check").status == 2, "a dry run makes no library"
    assert run("sync").status == 0
    assert "1 unchanged" in run("sync").out
    assert [person["mails"] for person in run("people --json").json] == [["jane.roe@example.com"]]
    (shared / "ron.jpg").write_bytes(jpeg("navy"))
    assert run("photo add ron@example.com", str(shared / "ron.jpg")).status == 0
    assert run("photo show ron@example.com -o out.jpg").status == 0
    assert (shared / "out.jpg").read_bytes().startswith(b"\xff\xd8")
    assert run("photo hide ron@example.com --from everybody").status == 0
    assert run("photo show ron@example.com --json").json["shown_to"] == "nobody"
    assert run("photo unhide ron@example.com").status == 0
    assert run("report").status == 0
    assert run("photo remove ron@example.com").status == 0
    assert run("photo show ron@example.com").status == 1
    assert run("library check --json").json["sound"]
    assert run("status --json").json["library"]["with_photo"] == 1


def test_publishing_and_how_it_ended(run: Run, shared: Path) -> None:
    with (shared / "limner.toml").open("a") as settings:
        settings.write('\n[[publish]]\nkind = "folder"\nname = "dmz"\npath = "out"\n')
    (shared / "out").mkdir()
    assert run("sync").status == 0
    assert run("publish folder").out == "dmz: 1 added, 0 unchanged\n"
    assert (shared / "out" / "jane.roe@example.com.jpg").read_bytes().startswith(b"\xff\xd8")
    (row,) = run("status --json").json["published"]
    assert (row["table"], row["failed"], row["counts"]["added"]) == ("dmz", None, 1)


def test_a_damaged_library_says_so(run: Run, shared: Path) -> None:
    assert run("sync").status == 0
    picture = next(file for file in (shared / "store").rglob("*") if file.is_file())
    picture.write_bytes(b"")
    done = run("library check")
    assert done.status == 1
    assert "damaged, or half" in done.out
    assert "from its backup" in done.err


def test_a_pass_names_who_is_not_there(run: Run, shared: Path) -> None:
    assert run("sync").status == 0
    done = run("pass issue --room x --faces jane.roe@example.com,ron@example.com")
    assert done.status == 0
    assert "ron@example.com" in done.err
    assert "jane.roe" not in done.err


def test_a_database_that_is_away_is_an_error_of_two_lines(run: Run, shared: Path) -> None:
    text = (shared / "limner.toml").read_text()
    (shared / "limner.toml").write_text(text.replace("postgres@127.0.0.1:", "postgres@127.0.0.1:1"))
    done = run("people")
    assert done.status == 2
    assert len(done.err.splitlines()) == 2, done.err


def test_a_library_moves_there_and_back(run: Run, site: Path, postgres: Postgres) -> None:
    url = postgres.fresh()
    there = ("library move library", url, "--pictures", f"file://{site}/store")
    assert run(*there, "--dry-run").out.startswith("2 people would be written, 0 removed")
    assert not (site / "store").exists()
    assert run(*there).out.startswith("2 people written, 0 removed, 1 pictures copied\nboth are the same: ")
    assert run(*there, "--json").json["written"] == 0, "it is there already"
    back = run("library move", url, "back", "--pictures", f"file://{site}/store", "--json").json
    assert (back["written"], back["pictures"]) == (2, 1)
    (site / "limner.toml").write_text('library = "back"\n' + SETTINGS)
    assert run("library check --json").json["sound"]
    assert run("photo show jane.roe@example.com").status == 0


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("library move library library", "the same place"),
        ("library move library postgresql://a:b@c/d", "password"),
        ("library move library there --pictures nowhere", "no place for pictures"),
        ("library move nothing there", "there is no library"),
    ],
)
def test_a_move_that_cannot_be(run: Run, site: Path, line: str, what: str) -> None:
    done = run(line)
    assert done.status == 2
    assert what in done.err
    assert not (site / "there").exists()


def test_status_tells_of_a_database_that_is_away_and_of_what_this_machine_knows(run: Run, shared: Path) -> None:
    assert run("sync").status == 0
    text = (shared / "limner.toml").read_text()
    (shared / "limner.toml").write_text(text.replace("postgres@127.0.0.1:", "postgres@127.0.0.1:1"))
    done = run("status --json")
    assert done.status == 1
    assert done.json["library"] is None
    assert "does not answer" in done.json["away"]
