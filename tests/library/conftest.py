"""The engines that every test of the library's behaviour runs through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from limner.library import Library, open_library


@pytest.fixture(params=["embedded"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    """Where a library of each engine is, as `open_library` takes it."""
    assert request.param == "embedded"
    return tmp_path / "library"


@pytest.fixture
def library(place: object) -> Iterator[Library]:
    library = open_library(place, create=True)
    yield library
    library.close()
