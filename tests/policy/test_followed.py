from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import LimnerError
from limner.policy.followed import Followed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "file"
    file.write_text("one")
    return file


def follow(file: Path, *, keeps: bool = False) -> Followed[str]:
    def read() -> str:
        try:
            text = file.read_text()
        except OSError:
            raise LimnerError(f"{file.name} is gone") from None
        if text == "bad":
            raise LimnerError("it is bad")
        return text

    return Followed([file], read, keeps=keeps)


def test_a_file_is_read_again_when_it_changes_and_only_then(file: Path) -> None:
    followed = follow(file)
    assert followed.value == "one"
    assert not followed.refresh()
    file.write_text("three")
    assert followed.refresh()
    assert followed.value == "three"
    assert not followed.refresh()


def test_a_change_of_the_mode_is_a_change(file: Path) -> None:
    read = []
    followed = Followed([file], lambda: read.append(1))
    file.chmod(0o600)
    followed.refresh()
    assert len(read) == 2


def test_what_cannot_be_read_does_not_count_and_is_taken_up_when_it_is_right_again(file: Path) -> None:
    followed = follow(file)
    file.unlink()
    assert followed.refresh()
    assert followed.value is None
    assert followed.trouble is not None
    assert not followed.refresh()
    file.write_text("one")
    assert followed.refresh()
    assert (followed.value, followed.trouble) == ("one", None)


def test_what_keeps_counts_on_with_what_was_read_last(file: Path) -> None:
    followed = follow(file, keeps=True)
    file.write_text("bad")
    assert not followed.refresh()
    assert followed.value == "one"
    assert followed.trouble is not None
    assert followed.trouble.message == "it is bad"


def test_trouble_is_news_once_and_so_is_its_end(file: Path) -> None:
    followed = follow(file)
    assert followed.news() is None
    file.write_text("bad")
    followed.refresh()
    assert [followed.news(), followed.news()] == ["it is bad", None]
    file.unlink()
    followed.refresh()
    assert [followed.news(), followed.news()] == ["file is gone", None]
    file.write_text("one")
    followed.refresh()
    assert [followed.news(), followed.news()] == [f"{file}: read, and in use again", None]
