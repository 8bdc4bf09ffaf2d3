"""The engines that every test of the library's behaviour runs through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from limner.library import Library, open_library
from limner.settings import SharedPlace
from shared_servers import needs_postgres, needs_store

ENGINES = [
    "embedded",
    pytest.param("shared", marks=[needs_postgres, needs_store]),  # test_model.py has one with pictures in the database
]


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | SharedPlace:
    """Where a library of each engine is, as `open_library` takes it."""
    if request.param == "embedded":
        return tmp_path / "library"
    found: SharedPlace = request.getfixturevalue("s3_place")
    return found


@pytest.fixture
def library(place: Path | SharedPlace) -> Iterator[Library]:
    library = open_library(place, create=True)
    yield library
    library.close()
