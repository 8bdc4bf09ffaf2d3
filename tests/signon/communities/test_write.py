from __future__ import annotations

import os
from pathlib import Path

import pytest

from limner.signon.communities.write import write
from limner.signon.errors import SignonError


def test_a_file_is_written_whole_and_everybody_may_read_it(tmp_path: Path) -> None:
    os.umask(before := os.umask(0o022))
    file = tmp_path / "m.xml"
    write(b"one", file)
    assert file.read_bytes() == b"one"
    assert file.stat().st_mode & 0o777 == 0o644 & ~before
    assert list(tmp_path.iterdir()) == [file]


def test_another_file_is_written_over_only_if_told_to(tmp_path: Path) -> None:
    file = tmp_path / "m.xml"
    file.write_bytes(b"old")
    with pytest.raises(SignonError, match="is there already") as caught:
        write(b"new", file)
    assert "--force" in str(caught.value.hint)
    assert file.read_bytes() == b"old"
    write(b"new", file, force=True)
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SignonError, match="No such file"):
        write(b"x", tmp_path / "none" / "m.xml")


def test_what_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    file = tmp_path / "m.xml"
    file.write_bytes(b"old")
    with pytest.raises(SignonError, match="No space left"):
        write(b"new", file, force=True)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    file = tmp_path / "m.xml"
    write(b"one", file)
    assert file.read_bytes() == b"one"
    with pytest.raises(SignonError, match="is there already"):
        write(b"two", file)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"one"]
