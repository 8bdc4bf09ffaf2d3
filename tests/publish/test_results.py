"""What is written down of a run is what is told of it later."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.library import Library, open_library
from limner.publish.files import Report
from limner.publish.files.report import Failure
from limner.publish.results import Result, result, write_result
from limner.settings import FolderFiles

TABLE = FolderFiles(kind="folder", path=Path("out"), name="dmz")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library(tmp_path_factory.mktemp("results") / "library", create=True)


def test_a_table_that_was_never_published_has_no_past(library: Library) -> None:
    assert result(library, TABLE.model_copy(update={"name": "new"})) == Result("new", "folder")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_there_and_back(library: Library, failed: str, added: list[str]) -> None:
    """With the time of the last good run, whatever came of those after it."""
    report = Report("dmz", "out", added=added, kept=7, refused=[Failure("x", "no room")])
    write_result(library, TABLE, report, 10, 20)
    counts = {"added": len(added), "changed": 0, "mended": 0, "removed": 0, "foreign": 0, "left_out": 0, "refused": 1}
    assert result(library, TABLE) == Result("dmz", "folder", 10, 20, 20, None, counts | {"kept": 7})
    write_result(library, TABLE, Report("dmz", "out", failed=failed or "down"), 30, 40)
    last = result(library, TABLE)
    assert (last.began, last.ended, last.success, last.failed) == (30, 40, 20, failed or "down")
