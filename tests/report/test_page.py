"""The page for a manager: whole by itself, and nothing in it is taken for markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from limner.report import Duplicate, Figures, Group, page
from limner.report.page import _percent

MADE = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
EVIL = "<script>alert(1)</script>\"'&"


def figures() -> Figures:
    found = Figures("department", 160, people=1234, with_photo=900, pictures=800, bytes=8_000_000)
    found.groups = [Group(EVIL, 34, 0), *(Group(f"Department {at}", 30, at) for at in range(40))]
    found.sizes[240] = 900
    found.ages["under 1 year"] = 900
    found.duplicates = [
        Duplicate(b"1" * 32, 90, [EVIL] * 90),
        *(Duplicate(bytes([at]) * 32, 2, ["x"]) for at in range(30)),
    ]
    found.missing = [EVIL] * 334
    found.small = [(EVIL, 96)]
    return found


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    text = page(figures(), lambda digest: b"\xff\xd8", MADE)
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _ in tags.seen}
    for _, attributes in tags.seen:
        assert not [name for name in attributes if name.startswith("on") or name == "href"]
        assert (attributes.get("src") or "data:").startswith("data:image/jpeg;base64,") or "src" not in attributes
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert re.findall("https?://[^\"' ]*", text.replace("http://www.w3.org/2000/svg", "")) == []


def test_the_page_says_how_it_stands() -> None:
    text = page(figures(), lambda digest: None, MADE)
    for said in (
        "73 %",
        "334",
        "As of 2026-03-02 09:15",
        "90 people",
        "and 7 more pictures",
        "11 more",
        "and 134 more",
    ):
        assert said in text, said


def test_an_empty_library_gives_a_page_too() -> None:
    text = page(Figures("source", 160), lambda digest: None, MADE)
    assert "0 %" in text
    assert "Nobody yet." in text


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0 %"), (0.001, "under 1 %"), (0.5, "50 %"), (0.9999, "over 99 %"), (1, "100 %")]
)
def test_only_all_is_all_and_only_nothing_is_nothing(share: float, said: str) -> None:
    assert _percent(share) == said
