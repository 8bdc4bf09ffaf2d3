from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.diagnose import Diagnosis, diagnose, page, write_page
from limner.signon.diagnose.gather import Seen
from limner.signon.diagnose.kinds import Kind, kind_of
from limner.signon.diagnose.told import Moment, Named
from limner.signon.diagnose.weigh import Sure, Weighed
from limner.signon.errors import SignonError
from limner.signon.evidence import Cause, Evidence
from signon.trace.samples import INCIDENT

CHROMIUM = "/usr/bin/chromium"
EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>`</code><b>"


def told(text: str) -> Diagnosis:
    """Give a diagnosis with a text in every place that others' words come to."""
    each = Evidence(file=text, cause=Cause.NAME_CHECK, text=text, place=text, time=1.0, source=text)
    named = Named(Weighed(Cause.NAME_CHECK, Sure.LIKELY, 9, (each,), (each,)), (text, f"`{text}`"))
    unlikely = Named(Weighed(Cause.NETWORK, Sure.UNLIKELY, 0, (each,), ()), ())
    seen = Seen(text, Kind.OTHER, text, text)
    return Diagnosis(
        text, text, True, (named, unlikely), ((text, text),), (Moment(1.0, text, text, text),), (seen,), (text,)
    )


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


PLAIN = read(page(told("plain")))


@given(st.one_of(st.just(EVIL), st.text(alphabet="<>&\"'`/=!- ab", max_size=40)))
def test_no_text_becomes_anything_but_text(text: str) -> None:
    found = read(page(told(text)))
    assert found.tags == PLAIN.tags
    assert found.attributes == PLAIN.attributes
    assert not found.tags & {"script", "img", "link", "iframe", "a", "form"}


def test_nothing_is_loaded_from_anywhere() -> None:
    made = page(told("plain"))
    assert "default-src 'none'" in made
    assert not re.search(r"(src|href|action)=|url\(|@import|https?:", made)


def test_a_good_day_and_an_unknown_one_have_pages_too(tmp_path: Path) -> None:
    made = page(diagnose(tmp_path), datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    assert "not known: nothing in these files says what a log-in failed of" in made
    assert "2026-01-02 03:04 UTC" in made


def test_a_page_is_written_whole_and_replaces_only_its_like(tmp_path: Path) -> None:
    made, file = diagnose(tmp_path), tmp_path / "report.html"
    write_page(made, file)
    write_page(replace(made, headline="another"), file)
    assert "another" in file.read_text()
    assert kind_of(file) is Kind.REPORT
    other = tmp_path / "other.html"
    other.write_text("<p>mine")
    with pytest.raises(SignonError, match="is there already"):
        write_page(made, other)
    assert other.read_text() == "<p>mine"
    with pytest.raises(SignonError, match="cannot write"):
        write_page(made, tmp_path / "none" / "report.html")
    assert sorted(os.listdir(tmp_path)) == ["other.html", "report.html"]


@pytest.mark.root
def test_the_page_of_the_incident_is_read_in_a_browser(built: dict[str, Path], tmp_path: Path) -> None:
    """Wide, narrow and dark: nothing is asked for, nothing runs over the edge, and the cause stands on top."""
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing")
    write_page(diagnose(built["incident"]), tmp_path / "incident.html")
    asked: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--disable-gpu", "--disable-background-networking"]
        )
        for width, scheme in ((1000, "light"), (380, "dark")):
            tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
            tab.on("request", lambda request: asked.append(request.url))
            tab.goto((tmp_path / "incident.html").as_uri())
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            assert "Domino refuses the connection" in tab.locator(".headline").inner_text()
            assert "Domino refuses the connection" in tab.locator(".cause.first").inner_text()
            assert "login.pcap" in tab.locator("table").last.inner_text()
        browser.close()
    assert {url.rpartition("/")[2] for url in asked} == {"incident.html"}


def test_the_seeds_trace_makes_a_page(tmp_path: Path) -> None:
    (tmp_path / "trace.txt").write_text(INCIDENT)
    assert "calls it the wrong server" in page(diagnose(tmp_path))
