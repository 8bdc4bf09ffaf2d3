"""`limner report`: figures for people, programs, spreadsheets and managers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from .conftest import SETTINGS, Run, jpeg


@pytest.fixture
def staff(run: Run, fresh: Path) -> Path:
    people = ["jane,Sales,1.jpg", "joe,Sales,2.jpg", "jim,Research,", "ann,Research,3.jpg"]
    lines = ["file,uid,department", *(f"{row.split(',')[2]},{row.split(',')[0]},{row.split(',')[1]}" for row in people)]
    (fresh / "photos" / "people.csv").write_text("\n".join(lines))
    for number, colour in enumerate(("navy", "navy", "maroon"), 1):
        (fresh / "photos" / f"{number}.jpg").write_bytes(jpeg(colour))
    table = 'path = "photos"\ntable = "photos/people.csv"\nattributes = ["department"]'
    (fresh / "limner.toml").write_text(SETTINGS.replace('path = "photos"', table))
    assert run("sync").status == 0
    return fresh


def test_a_table_for_people(run: Run, staff: Path) -> None:
    done = run("report --by department")
    assert (done.status, done.err) == (0, "")
    first, _, head, worst, best, *_ = done.out.splitlines()
    assert first == "4 people, 3 with a photo (75.0%), 1 without"
    assert head.split() == ["department", "people", "with", "photo", "share"]
    assert (worst.split(), best.split()) == (["Research", "2", "1", "50%"], ["Sales", "2", "2", "100%"])
    assert "no photo\njim\n" in done.out
    assert "2             jane, joe\n" in done.out


def test_json_for_programs(run: Run, staff: Path) -> None:
    told = run("report --by department --json").json
    assert (told["people"], told["with_photo"], told["pictures"], told["missing"]) == (4, 3, 2, ["jim"])
    assert told["groups"][0] == {"name": "Research", "people": 2, "with_photo": 1}
    assert told["duplicates"][0]["labels"] == ["jane", "joe"]


def test_csv_for_spreadsheets(run: Run, staff: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("report --by department --csv").out)))
    assert [(row["label"], row["group"], row["photo"], row["shared_by"]) for row in rows] == [
        ("ann", "Research", "yes", "1"),
        ("jane", "Sales", "yes", "2"),
        ("jim", "Research", "no", ""),
        ("joe", "Sales", "yes", "2"),
    ]


def test_a_page_for_managers(run: Run, staff: Path) -> None:
    done = run("report --by department --html report.html")
    assert (done.status, done.out, done.err) == (0, "", "limner: wrote report.html\n")
    text = (staff / "report.html").read_text()
    assert "data:image/jpeg;base64," in text
    assert (staff / "report.html").stat().st_mode & 0o777 == 0o640
    assert run("report --html /dev/null").err == "limner: error: cannot write /dev/null: it is not a file\n"
    assert run("report --html nowhere/x.html").err.startswith("limner: error: cannot write nowhere/x.html: ")


def test_an_attribute_that_nobody_has_is_named_with_those_that_there_are(run: Run, staff: Path) -> None:
    done = run("report --by departmnt")
    assert done.status == 2
    assert "limner: error: nobody in the library has 'departmnt'\n" in done.err
    assert "there are: source, domain, department;" in done.err


def test_two_things_cannot_go_to_one_place(run: Run, staff: Path) -> None:
    assert run("report --csv --json").status == 2
