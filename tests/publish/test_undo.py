"""The undo file: there whole, for its owner alone, or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import PublishError
from limner.publish.undo import undo_file


def test_it_is_there_whole_when_the_block_has_ended(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "undo"
    with undo_file(folder, "photo-url") as (out, place):
        out.write("version: 1\n")
        assert not place.exists()
    assert place.read_text() == "version: 1\n"
    assert [file.name for file in folder.iterdir()] == [place.name]
    assert (place.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_two_of_them_do_not_meet(tmp_path: Path) -> None:
    places = set()
    for _ in range(20):
        with undo_file(tmp_path, "thumbnails") as (out, place):
            out.write("x")
        places.add(place)
    assert len(places) == len(list(tmp_path.iterdir())) == 20


def test_half_of_one_is_none(tmp_path: Path) -> None:
    def half() -> None:
        with undo_file(tmp_path, "photo-url") as (out, _):
            out.write("version: 1\n")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        half()
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_nothing_was_changed(tmp_path: Path) -> None:
    (tmp_path / "undo").write_text("a file")
    with pytest.raises(PublishError, match="cannot write the undo file") as caught, undo_file(tmp_path / "undo", "x"):
        pass
    assert caught.value.hint is not None
    assert "nothing was changed" in caught.value.hint
