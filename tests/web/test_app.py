"""The page and the list of people behind it."""

import json
from urllib.parse import quote

import pytest

from limner.web import app

from .conftest import JANE, add
from .house import IN


def people(house, query=""):
    reply = house.ask(f"/people.json{query}", IN)
    assert reply.status == 200
    return json.loads(reply.body)


def test_the_list_says_what_the_wall_needs(house):
    found = people(house())
    assert found["count"] == 3
    assert found["next"] is None
    anna, jane, _ = found["people"]
    assert (anna["name"], anna["has_photo"], anna["initials"]) == ("Anna Smith", False, "AS")
    assert (jane["name"], jane["label"], jane["has_photo"]) == ("Jane Roe", JANE, True)
    assert jane["colour"].startswith("#")


def test_its_photo_addresses_lead_to_the_photos(house, library):
    add(library, "k", mails=[], key="only/key")
    add(library, "d", mails=[], dn="CN=Only & DN,O=Acme")
    house = house()
    for person in people(house)["people"]:
        for address in (person["photo"], person["large"]):
            status = house.ask(address, IN).status
            assert status == 200 or not person["has_photo"], address


@pytest.mark.parametrize(("query", "names"), [("?q=jane", 1), ("?q=ROE+jane", 1), ("?q=example.com", 3), ("?q=zz", 0)])
def test_search(house, query, names):
    assert len(people(house(), query)["people"]) == names


def test_pages_follow_each_other_without_gap_or_repetition(house, library, monkeypatch):
    for at in range(30):
        add(library, f"p{at}", mails=[f"p{at}@example.com"])
    monkeypatch.setattr(app, "STEP", 7)  # a search looks at so many for one answer, and may find none among them
    house = house()
    for query in ("limit=4", "limit=200", "q=p1&limit=3"):
        labels, after = [], ""
        while after is not None:
            page = people(house, f"?{query}&after={after}")
            labels += [person["label"] for person in page["people"]]
            after = page["next"]
        wanted = 11 if "q=" in query else 33
        assert len(labels) == len(set(labels)) == wanted


@pytest.mark.parametrize("query", ["?after=xyz", "?after=zz&limit=1"])
def test_what_is_no_cursor_is_refused(house, query):
    assert house().ask(f"/people.json{query}", IN).status == 400


@pytest.mark.parametrize("limit", ["0", "-1", "x", "99999999999999999999", "٣", ""])
def test_any_limit_is_bounded(house, limit):
    house = house()
    assert 1 <= len(people(house, f"?limit={quote(limit)}")["people"]) <= app.MOST


def test_the_page_may_load_nothing_from_elsewhere(house):
    house = house()
    for path, kind in [("/", "text/html"), ("/limner.css", "text/css"), ("/limner.js", "text/javascript")]:
        reply = house.ask(path, IN)
        assert reply.headers["content-type"].startswith(kind)
        assert reply.headers["content-security-policy"].startswith("default-src 'none'; img-src 'self'")
        assert b"http://" not in reply.body.replace(b"http://www.w3.org", b"")
    assert house.ask("/limner.svg", IN).headers["content-type"].startswith("image/svg+xml")
