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


def test_a_secret_is_read_and_what_is_wrong_with_it_is_the_sources_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text("pa ss\n")
    assert asking.secret("s", file, "", "password") == "pa ss"
    monkeypatch.setenv("SECRET", "maroon")
    assert asking.secret("s", None, "SECRET", "password") == "maroon"
    monkeypatch.delenv("SECRET")
    with pytest.raises(SourceError, match="source 's': the password should be in the environment as SECRET"):
        asking.secret("s", None, "SECRET", "password")
    with pytest.raises(SourceError, match="source 's': cannot read the password from"):
        asking.secret("s", tmp_path / "none", "", "password")


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
