"""Counting people and photos."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.library.samples import a_portrait, a_record

from limner.library import Library, open_library
from limner.people import Person
from limner.report import NOTHING, Face, groups_by, look
from limner.report.figures import AGES, OLDER, YEAR


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Jane, Joe and Jim of two departments, of whom two show a logo; Ann has no photo and no department."""
    library = open_library(tmp_path, create=True)
    logo, own = a_portrait("logo", (48, 64)), a_portrait("own", (48, 64, 240))
    now = int(time.time())
    with library.batch() as batch:
        for who, photo, department, years in (
            ("jane", logo, "Sales", 0.5), ("joe", logo, "Research", 20), ("jim", own, "Sales", 4)
        ):  # fmt: skip
            record = a_record(who, attributes={"department": department}, dated=int(now - years * YEAR))
            batch.put(record, photo)
        batch.put(a_record("ann"))
    yield library
    library.close()


def test_everybody_is_counted_once_in_every_figure(library: Library) -> None:
    faces: list[Face] = []
    found = look(library, "department", 100, each=faces.append)
    assert (found.people, found.with_photo, found.pictures, found.share) == (4, 3, 2, 0.75)
    assert [(g.name, g.people, g.with_photo) for g in found.groups] == [
        (NOTHING, 1, 0),
        ("Sales", 2, 2),
        ("Research", 1, 1),
    ]
    assert sum(found.sizes.values()) == sum(found.ages.values()) == found.with_photo
    assert (found.sizes[64], found.sizes[240]) == (2, 1)
    assert (found.ages[AGES[0][1]], found.ages["3 to 5 years"], found.ages[OLDER]) == (1, 1, 1)
    assert [(one.people, one.labels) for one in found.duplicates] == [(2, ["jane@example.com", "joe@example.com"])]
    assert found.small == [("jane@example.com", 64), ("joe@example.com", 64)]
    assert found.missing == ["ann@example.com"]
    assert len(faces) == 4
    assert found.bytes == 3064 + 3240, "each picture once"


def test_people_are_grouped_by_source_domain_or_attribute_in_any_case() -> None:
    record = dataclasses.replace(a_record("jane"), attributes={"Department": "Sales"})
    assert [groups_by(by)(record) for by in ("source", "domain", "department", "office")] == [
        "photos", "example.com", "Sales", NOTHING,
    ]  # fmt: skip
    assert groups_by("domain")(dataclasses.replace(record, person=Person.of(uid="jane"))) == NOTHING


def test_an_empty_library_has_figures_too(tmp_path: Path) -> None:
    library = open_library(tmp_path / "empty", create=True)
    found = look(library, "source", 100)
    assert (found.people, found.share, found.groups) == (0, 0.0, [])
    library.close()
