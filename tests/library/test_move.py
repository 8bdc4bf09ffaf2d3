"""A library that was moved says the same as the one it came from, whatever engines the two are of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from limner.errors import LibraryError
from limner.library import Library, open_library
from limner.library.move import differences, digest, move
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres

from .changes import batches, change, faults
from .samples import a_portrait, a_record

pytestmark = needs_postgres


def quiet(*_: object) -> None:
    """Tell nobody."""


@pytest.fixture
def two(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Library, Library]]:
    """An embedded library and a shared one, both empty."""
    embedded = open_library(tmp_path / "library", create=True)
    shared = open_library(SharedPlace(postgres.fresh(), f"file://{tmp_path}/store", Shared()), create=True)
    yield embedded, shared
    embedded.close()
    shared.close()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=batches, second=batches)
def test_there_and_back_it_says_the_same(postgres: Postgres, first: list[Any], second: list[Any]) -> None:
    """Also onto one that says something else already; and it goes on to be a whole library."""
    with tempfile.TemporaryDirectory() as folder:
        place = SharedPlace(postgres.fresh(), f"file://{folder}/store", Shared())
        libraries = [open_library(Path(folder) / name, create=True) for name in ("one", "two")]
        shared = open_library(place, create=True)
        for library, changes in ((libraries[0], first), (shared, second), (libraries[1], second)):
            for each in changes:
                change(library, each)
        assert move(libraries[0], shared, quiet).digest == digest(libraries[0]) == digest(shared)
        assert differences(libraries[0], shared) == (0, 0)
        assert list(shared.check()) == []
        move(shared, libraries[1], quiet)
        assert digest(libraries[1]) == digest(shared)
        assert faults(libraries[1]) == []
        counts = [(found.people, found.with_photo) for found in (each.count() for each in (*libraries, shared))]
        assert len(set(counts)) == 1
        for each in (*first, *second):
            change(libraries[1], each)
            change(shared, each)
        assert [record for _, record in libraries[1].people()] == [record for _, record in shared.people()]
        for library in (*libraries, shared):
            assert faults(library) == []
            library.close()


def test_a_move_that_was_interrupted_goes_on_from_where_it_was(two: tuple[Library, Library]) -> None:
    embedded, shared = two
    with embedded.batch() as batch:
        for at in range(250):
            batch.put(a_record(f"p{at}", f"p{at % 40}"), a_portrait(f"p{at % 40}", size=10))

    def interrupt(what: str, done: int, of: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(embedded, shared, interrupt)
    assert shared.count().people == 100
    done = move(embedded, shared, quiet)
    assert (done.written, done.pictures) == (150, 0)


def test_what_changes_during_the_move_is_moved_too(two: tuple[Library, Library]) -> None:
    embedded, shared = two
    with embedded.batch() as batch:
        for at in range(120):
            batch.put(a_record(f"p{at}", "p"), a_portrait("p", size=10))
    changed = False

    def meanwhile(what: str, done: int, of: int) -> None:
        nonlocal changed
        if not changed:
            changed = True
            with embedded.batch() as batch:
                batch.remove("photos", "p3.jpg")
                batch.put(a_record("p3", "q", origin="new.jpg"), a_portrait("q", size=10))

    move(embedded, shared, meanwhile)
    assert digest(embedded) == digest(shared)
    assert list(shared.check()) == []


def test_a_picture_that_is_not_the_same_is_found(two: tuple[Library, Library]) -> None:
    embedded, shared = two
    with embedded.batch() as batch:
        batch.put(a_record("jane", "p"), a_portrait("p", size=10))
    with shared.batch() as batch:
        batch.put(a_record("jane", "p"), a_portrait("p", size=11))
    with pytest.raises(LibraryError, match=r"picture of jane@example.com is not the same"):
        move(embedded, shared, quiet)
