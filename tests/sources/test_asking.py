"""What sources over HTTP share."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import PictureError, SourceError
from limner.fetch import FetchError
from limner.settings import Fetch
from limner.sources import asking


def test_a_secret_is_a_files_only_line(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    for raw in (b"pa ss\n", b"pa ss\r\n", b"pa ss"):
        file.write_bytes(raw)
        assert asking.secret("s", file, "") == "pa ss"
    for raw in (b"", b"\n", b"maroon\nred\n", b"\xff\xfe"):
        file.write_bytes(raw)
        with pytest.raises(SourceError) as caught:
            asking.secret("s", file, "")
        assert "maroon" not in caught.value.message
    with pytest.raises(SourceError, match=r"cannot read .*: No such file"):
        asking.secret("s", tmp_path / "none", "")


def test_or_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "maroon")
    assert asking.secret("s", None, "SECRET") == "maroon"
    monkeypatch.setenv("SECRET", "")
    with pytest.raises(SourceError, match="is not set"):
        asking.secret("s", None, "SECRET")


@pytest.mark.parametrize(("mode", "open_to_others"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_secret_that_others_can_read_is_noted(tmp_path: Path, mode: int, open_to_others: bool) -> None:
    file = tmp_path / "secret"
    file.write_text("x")
    file.chmod(mode)
    assert (asking.note_on(file) is not None) == open_to_others
    assert asking.note_on(None) is None
    assert asking.note_on(tmp_path / "none") is None


def test_authorities_that_cannot_be_read_are_the_sources_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="source 's': cannot take authorities from"):
        asking.client("s", Fetch(ca=tmp_path / "none.pem"), [], 1)


@pytest.mark.parametrize(
    ("why", "kind"),
    [
        (FetchError("x", kind="refused"), PictureError),
        (FetchError("x", kind="large"), PictureError),
        (FetchError("x", kind="status", status=400), PictureError),
        (FetchError("x", kind="status", status=415), PictureError),
        (FetchError("x", kind="status", status=401), SourceError),
        (FetchError("x", kind="status", status=403), SourceError),
        (FetchError("x", kind="status", status=500), SourceError),
        (FetchError("x", kind="status", status=429, again=True), SourceError),
        (FetchError("x", kind="certificate"), SourceError),
        (FetchError("x", kind="host"), SourceError),
        (FetchError("x", kind="late", again=True), SourceError),
        (FetchError("x", kind="broken", again=True), SourceError),
    ],
)
def test_what_may_be_mended_is_tried_again_and_what_may_not_is_not(why: FetchError, kind: type[Exception]) -> None:
    assert isinstance(asking.of_photo("s", why), kind)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=utf-8", b"\xff\xd8"),
        ("TEXT/HTML", b""),
        ("image/jpeg", b"<!DOCTYPE html><p>"),
        ("", b"  <HTML>"),
    ],
)
def test_a_page_is_no_picture(kind: str, body: bytes) -> None:
    with pytest.raises(PictureError, match="a page, not a picture"):
        asking.check_picture(kind, body, "https://a.example/x")


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "", "binary/octet-stream"])
def test_all_else_may_be_one(kind: str) -> None:
    asking.check_picture(kind, b"\xff\xd8\xff", "x")


@given(st.lists(st.integers(0, 100), max_size=40), st.integers(1, 8))
def test_answers_come_in_order_whoever_is_quicker(items: list[int], parallel: int) -> None:
    def ask(item: int) -> int:
        time.sleep(0.0005 * (item % 3))
        return item + 1

    assert list(asking.in_order(ask, items, parallel)) == [(item, item + 1) for item in items]


def test_no_more_is_read_than_hands_are_free_for() -> None:
    read = []

    def items() -> object:
        for item in range(1000):
            read.append(item)
            yield item

    answers = asking.in_order(lambda item: item, items(), 3)  # type: ignore[arg-type]
    next(answers)
    assert len(read) <= 7
    answers.close()  # type: ignore[attr-defined]


def test_an_error_comes_through_and_ends_the_rest() -> None:
    under_way = threading.Semaphore(0)

    def ask(item: int) -> int:
        under_way.release()
        if item == 2:
            raise SourceError("down")
        return item

    with pytest.raises(SourceError, match="down"):
        list(asking.in_order(ask, range(1000), 2))
