"""One person's photo, asked for at its origin."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.origin import Asked, Origin, Reply, origin

from limner.errors import PictureError
from limner.fetch import FetchError
from limner.people import Person
from limner.settings import Fetch, Settings, UrlSource
from limner.sources.url.ask import Got, OnAsk

PHOTOS = {"/jane@acme.example.jpg": b"\xff\xd8jane", "/j@old.example.jpg": b"\xff\xd8old"}
JANE = Person.of(mails=["j.roe@acme.example", "jane@acme.example", "j@old.example"])


def shelf(asked: Asked) -> Reply:
    body = PHOTOS.get(asked.path)
    if body is None:
        return Reply(404)
    if asked.headers.get("If-None-Match") == '"1"' or asked.headers.get("If-Modified-Since"):
        return Reply(304, b"", {"ETag": '"1"'})
    return Reply(200, body, {"Content-Type": "image/jpeg", "ETag": '"1"'})


@pytest.fixture
def server() -> Iterator[Origin]:
    with origin(shelf) as running:
        yield running


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text("mail\nj.roe@acme.example\n")
    return file


@pytest.fixture
def asking(server: Origin, table: Path) -> Iterator[Callable[..., OnAsk]]:
    made = []

    def make(**more: Any) -> OnAsk:
        fields = {"template": f"{server.url}/{{mail}}.jpg", "table": table, "fetch": "on ask", **more}
        source = UrlSource(kind="url", **fields)
        made.append(OnAsk(source, Settings(fetch=Fetch(seconds=5))))
        return made[-1]

    yield make
    for one in made:
        one.close()


def addresses(server: Origin) -> list[str]:
    return [f"{server.url}/{mail}.jpg" for mail in JANE.mails]


def test_the_first_address_that_has_a_photo_counts(asking: Callable[..., OnAsk], server: Origin) -> None:
    got = asking().fetch(addresses(server), Got())
    assert (got.address, got.body, got.etag) == (addresses(server)[1], b"\xff\xd8jane", '"1"')


def test_what_is_known_is_not_sent_again(asking: Callable[..., OnAsk], server: Origin) -> None:
    known = Got(addresses(server)[1], None, '"1"')
    got = asking().fetch(addresses(server), known)
    assert (got.unchanged, got.body, got.etag) == (True, None, '"1"')
    conditions = [asked.headers.get("If-None-Match") for asked in server.asked]
    assert conditions == [None, '"1"']  # an ETag means something only where it comes from
    got = asking().fetch(addresses(server), Got(addresses(server)[1]), "Tue, 24 Nov 2026 10:00:00 GMT")
    assert got.unchanged


def test_a_304_that_nobody_asked_for_is_no_photo(asking: Callable[..., OnAsk], server: Origin) -> None:
    server.answer = lambda asked: Reply(304)
    assert asking().fetch(addresses(server), Got()) == Got()


def test_nobody_has_one(asking: Callable[..., OnAsk], server: Origin) -> None:
    assert asking().fetch([f"{server.url}/x"], Got()) == Got()
    assert asking().fetch([], Got()) == Got()


def test_a_busy_origin_is_asked_once(asking: Callable[..., OnAsk], server: Origin) -> None:
    """Somebody waits: there is no time to ask again."""
    server.answer = lambda asked: Reply(503)
    with pytest.raises(FetchError):
        asking().fetch(addresses(server), Got())
    assert len(server.asked) == 1


def test_a_page_is_no_photo(asking: Callable[..., OnAsk], server: Origin) -> None:
    server.answer = lambda asked: Reply(200, b"<html>", {"Content-Type": "text/html"})
    with pytest.raises(PictureError):
        asking().fetch(addresses(server), Got())


def test_addresses_are_those_of_the_table_as_it_is_now(
    asking: Callable[..., OnAsk], server: Origin, table: Path
) -> None:
    one = asking(template="")
    table.write_text(f"url,mail\n{server.url}/1.jpg,jane@acme.example\n")
    jane = Person.of(mails=["jane@acme.example"])
    assert one.addresses("jane@acme.example", jane) == [f"{server.url}/1.jpg"]
    assert one.addresses("joe@acme.example", jane) == []
    table.write_text(f"url,mail\n{server.url}/22.jpg,jane@acme.example\n")
    os.utime(table, ns=(1, 1))
    assert one.addresses("jane@acme.example", jane) == [f"{server.url}/22.jpg"]
    table.unlink()
    assert one.addresses("jane@acme.example", jane) == [f"{server.url}/22.jpg"]


def test_or_those_of_the_template(asking: Callable[..., OnAsk], server: Origin) -> None:
    assert asking(table=None, people="ldap").addresses("x", JANE) == addresses(server)


def test_or_what_their_own_source_says_unless_it_was_too_long_to_be_kept(
    asking: Callable[..., OnAsk], server: Origin
) -> None:
    one = asking(table=None, people="ldap", attribute="photo_url")
    assert one.addresses("x", JANE, {"photo_url": "https://p.example/1"}) == ["https://p.example/1"]
    assert one.addresses("x", JANE, {"photo_url": "https://p.example/" + "x" * 182}) == addresses(server)
    assert one.addresses("x", JANE, {"other": "https://p.example/1"}) == addresses(server)
