"""`limner people`."""

from __future__ import annotations

from pathlib import Path

from limner import settings
from limner.library import Record, open_library
from limner.people import Person

from .conftest import Run


def test_it_lists_who_is_there_by_name(run: Run, site: Path) -> None:
    done = run("people")
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "name      known as              photo  source\n"
        "Jane Roe  jane.roe@example.com  yes    photos\n"
        "Ron Doe   rdoe                  no     photos\n"
    )


def test_missing_lists_those_without_a_photo(run: Run, site: Path) -> None:
    assert [line.split("  ")[0] for line in run("people --missing").out.splitlines()] == ["name", "Ron Doe"]


def test_json(run: Run, site: Path) -> None:
    jane, ron = run("people --json").json
    assert jane["modified"] > 1_500_000_000
    assert jane | {"modified": 0} == {
        "name": "Jane Roe",
        "mails": ["jane.roe@example.com"],
        "uid": "jroe",
        "dn": None,
        "key": None,
        "userid": None,
        "photo": True,
        "shown_to": "everyone",
        "modified": 0,
        "source": "photos",
        "origin": "jane.roe@example.com",
    }
    assert (ron["name"], ron["photo"]) == ("Ron Doe", False)
    assert [person["uid"] for person in run("people --missing --json").json] == ["rdoe"]


def test_when_there_is_nobody_it_says_so(run: Run, site: Path) -> None:
    run("photo remove rdoe")
    done = run("people --missing")
    assert (done.status, done.out, done.err) == (0, "", "limner: nobody is missing a photo\n")
    run("photo remove jroe")
    done = run("people")
    assert (done.status, done.out, done.err) == (0, "", "limner: the library is empty\n")
    assert run("people --json").json == []


def test_without_a_library_it_says_how_to_get_one_and_makes_none(run: Run, fresh: Path) -> None:
    done = run("people")
    assert (done.status, done.out) == (2, "")
    assert "there is no library in " in done.err
    assert "limner: hint: `limner sync` makes it" in done.err
    assert not (fresh / "library").exists()


def test_a_library_that_is_none(run: Run, fresh: Path) -> None:
    (fresh / "library").mkdir()
    (fresh / "library" / "data.mdb").write_bytes(b"rubbish" * 5000)
    done = run("people")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: the library in ")


def test_names_cannot_speak_to_the_terminal(run: Run, site: Path) -> None:
    """Not by its escapes, not by turning the direction of writing, and not by the markup of our own library."""
    library = open_library(settings.load().library)
    with library.batch() as batch:
        batch.put(Record(Person(uid="evil", name="[red]\x1b]0;x\x07\x9b31m\u202eenaJ[/nothing]"), "[/b]", "evil"))
        batch.put(Record(Person(uid="wide", name="李四 Zoë"), "photos", "wide"))
    library.close()
    done = run("people")
    assert done.status == 0
    assert done.out.replace("\n", "").isprintable()
    assert "[red]�]0;x��31m�enaJ[/nothing]  evil" in done.out
    assert "李四 Zoë" in done.out
    plain = run("people --json")
    assert plain.out.isascii()
    assert any(person["name"] == "李四 Zoë" for person in plain.json)
