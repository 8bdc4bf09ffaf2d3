"""Photos at addresses, fetched ahead of time: against a web server that behaves, and one that does not."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.origin import Asked, Origin, Reply, nobody, origin
from tests.sync.scene import make_here
from tests.sync.told import Told
from tests.sync.told import found as teller

from limner import sync
from limner.errors import PictureError, SourceError
from limner.library import EmbeddedLibrary, open_library
from limner.settings import Fetch, FolderSource, Settings, Sync, UrlSource
from limner.sources import Found, Loaded, Refused, Remote
from limner.sources.url import Url
from limner.sync import apply

Opened = Callable[..., Url]


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 120), colour).save(out, "JPEG")
    return out.getvalue()


RED, BLUE = jpeg("red"), jpeg("blue")


class Shelf:
    """An ordinary web server with photos; `validators` are the headers that it gives with them."""

    def __init__(self) -> None:
        self.photos: dict[str, bytes] = {"/jane@acme.example.jpg": RED, "/joe@acme.example.jpg": BLUE}
        self.validators = "etag"
        self.head = True
        self.tamper: Any = None

    def __call__(self, asked: Asked) -> Reply:
        if self.tamper is not None and (reply := self.tamper(asked)) is not None:
            assert isinstance(reply, Reply)
            return reply
        body = self.photos.get(asked.path)
        if asked.method == "HEAD" and not self.head:
            return Reply(405)
        if body is None:
            return Reply(404, b"<html>nothing here</html>", {"Content-Type": "text/html"})
        headers = {"Content-Type": "image/jpeg"}
        digest = hashlib.md5(body).hexdigest()
        if self.validators == "etag":
            headers["ETag"] = f'"{digest}"'
        elif self.validators == "date":
            headers["Last-Modified"] = f"Tue, 24 Nov 2026 10:00:{int(digest, 16) % 60:02} GMT"
        return Reply(200, body, headers)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def server(shelf: Shelf) -> Iterator[Origin]:
    with origin(shelf) as running:
        yield running


PEOPLE = "mail,uid,name\njane@acme.example,jane,Jane Roe\njoe@acme.example,joe,Joe Doe\nann@acme.example,ann,Ann\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE)
    return file


@pytest.fixture
def fields(server: Origin, table: Path) -> dict[str, Any]:
    return {"kind": "url", "name": "proxy", "template": f"{server.url}/{{mail}}.jpg", "table": table}


def settings(fields: dict[str, Any], *others: Any, allow: list[str] | None = None, **more: Any) -> Settings:
    source = UrlSource(**{**fields, **more})
    return Settings(source=[source, *others], fetch=Fetch(tries=2, seconds=5, allow=allow or []))


@pytest.fixture
def opened(fields: dict[str, Any]) -> Iterator[Opened]:
    made = []

    def open_it(*others: Any, **more: Any) -> Url:
        whole = settings(fields, *others, **more)
        assert isinstance(whole.source[0], UrlSource)
        made.append(Url(whole.source[0], whole))
        return made[-1]

    yield open_it
    for one in made:
        one.close()


def told(source: Url) -> dict[str, Found]:
    found = list(source.people(None))
    assert all(isinstance(each, Found) for each in found), found
    return {each.origin: each for each in found if isinstance(each, Found)}


# -- whom it looks for, and where


def test_each_person_of_a_table_is_looked_for_at_their_address(opened: Opened, server: Origin) -> None:
    source = opened()
    found = told(source)
    assert {origin: each.photo is not None for origin, each in found.items()} == {
        "jane@acme.example": True,
        "joe@acme.example": True,
        "ann@acme.example": False,
    }
    assert found["jane@acme.example"].person.name == "Jane Roe"
    assert {asked.method for asked in server.asked} == {"HEAD"}
    assert source.fetch(found["joe@acme.example"], 10**6) == BLUE


def test_a_table_may_say_the_address_itself(opened: Opened, server: Origin, table: Path, shelf: Shelf) -> None:
    shelf.photos["/x/1.jpg"] = BLUE
    table.write_text(f"url;mail\n{server.url}/x/1.jpg;jane@acme.example\n;joe@acme.example\n")
    source = opened(template="", allow=[f"127.0.0.1:{server.port}"])
    found = told(source)
    assert source.fetch(found["jane@acme.example"], 10**6) == BLUE
    assert found["joe@acme.example"].photo is None
    both = opened(allow=[f"127.0.0.1:{server.port}"])
    assert told(both)["joe@acme.example"].photo is not None  # the template stands in where the table says nothing


def test_every_mail_address_of_a_person_is_tried(opened: Opened, table: Path, shelf: Shelf) -> None:
    """Only the first address of a person is what several peers look at."""
    table.write_text("mail\nj.roe@acme.example jane.old@acme.example jane@acme.example\n")
    source = opened()
    found = told(source)["j.roe@acme.example"]
    assert source.fetch(found, 10**6) == RED


def test_addresses_are_made_of_names_in_normal_form(opened: Opened, table: Path) -> None:
    table.write_text("mail\n Jane@ACME.example \n")
    assert told(opened())["jane@acme.example"].photo is not None


def test_the_people_may_be_those_of_another_source(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "jane@acme.example.jpg").write_bytes(BLUE)
    (tmp_path / "photos" / "ann@acme.example.jpg").write_bytes(BLUE)
    (tmp_path / "photos" / "noaddress.jpg").write_bytes(BLUE)
    folder = FolderSource(kind="folder", path=tmp_path / "photos", name="files")
    source = opened(folder, table=None, people="files")
    assert list(told(source)) == ["jane@acme.example.jpg"]  # who has no photo there keeps the one of their own source


def test_the_address_may_be_an_attribute_of_those_people(
    opened: Opened, server: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """PhotoURL in a directory: what Sametime's proxy goes by."""
    directory = Told("files")
    here = f"{server.url}/joe@acme.example.jpg"
    directory.tell = [
        teller("jane", photo_url=here),
        teller("joe", photo_url="http://10.1.2.3/joe.jpg"),
        teller("ann", photo_url=""),
    ]
    folder = FolderSource(kind="folder", path=tmp_path, name="files")
    fields = {"table": None, "people": "files", "attribute": "photo_url", "allow": [f"127.0.0.1:{server.port}"]}
    monkeypatch.setattr("limner.sources.open_source", lambda table, whole: directory)
    source = opened(folder, **fields, template="")
    jane, joe = list(source.people(None))
    assert isinstance(jane, Found)
    assert source.fetch(jane, 10**6) == BLUE
    assert isinstance(joe, Refused)
    assert "10.1.2.3 is private" in joe.reason
    later = told(opened(folder, **fields, fetch="on ask", template=f"{server.url}/{{uid}}.jpg"))
    assert later["jane"].attributes == {"photo_url": here}
    assert later["ann"].attributes == {}
    assert directory.closed == 2


# -- whether it is another photo


@pytest.mark.parametrize("validators", ["etag", "date", "none"])
@pytest.mark.parametrize("head", [True, False])
def test_only_a_photo_that_is_another_one_is_another_version(
    opened: Opened, shelf: Shelf, validators: str, head: bool
) -> None:
    shelf.validators, shelf.head = validators, head
    before = told(opened())
    assert type(before["jane@acme.example"].photo) is (Remote if validators != "none" and head else Loaded)
    assert {who: found.version for who, found in told(opened()).items()} == {
        who: found.version for who, found in before.items()
    }
    shelf.photos["/jane@acme.example.jpg"] = jpeg("green")
    after = told(opened())
    assert [who for who in before if before[who].version != after[who].version] == ["jane@acme.example"]


# -- addresses that nobody may ask


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://169.254.169.254/latest/meta-data/iam", "169.254.169.254 is link-local"),
        ("http://10.1.2.3/jane.jpg", "10.1.2.3 is private"),
        ("http://127.0.0.1/jane.jpg", "127.0.0.1 is this machine itself"),
        ("http://[::1]/jane.jpg", "::1 is this machine itself"),
        ("http://[::ffff:10.1.2.3]/", "10.1.2.3 is private"),
        ("http://localhost/", "is this machine itself"),
        ("https://photos.example.com:6379/", "port 6379 may not be asked"),
        ("file:///etc/passwd", "not an http or https address"),
        ("ftp://photos.example.com/jane.jpg", "not an http or https address"),
        ("http://user:hunter2@photos.example.com/", "holds a user name or password"),
        ("notes://server/db.nsf", "not an http or https address"),
        ("jane.jpg", "not an http or https address"),
    ],
)
def test_a_list_cannot_make_limner_ask_where_it_may_not(opened: Opened, table: Path, address: str, words: str) -> None:
    table.write_text(f"url,mail\n{address},jane@acme.example\n")
    source = opened(template="")
    people = source.people(None)
    refused = next(people)
    assert isinstance(refused, Refused)
    assert words in refused.reason
    assert "hunter2" not in refused.reason
    assert refused.origin == "jane@acme.example"
    with pytest.raises(SourceError, match="no address could be looked at"):
        next(people)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("http://127.0.0.2/", "127.0.0.2 is this machine itself"),
        ("http://127.0.0.1:22/", "port 22 may not be asked"),
        ("file:///etc/passwd", "not an http or https address"),
        ("http://169.254.169.254/", "169.254.169.254 is link-local"),
    ],
)
def test_nor_can_a_redirect(opened: Opened, shelf: Shelf, to: str, words: str) -> None:
    shelf.tamper = lambda asked: Reply(302, b"", {"Location": to}) if "jane" in asked.path else None
    found = list(opened().people(None))
    refused = [each for each in found if isinstance(each, Refused)]
    assert [each.origin for each in refused] == ["jane@acme.example"]
    assert words in refused[0].reason
    assert len(found) == 3


def test_what_to_do_about_a_refused_address_is_noted(opened: Opened, server: Origin, table: Path) -> None:
    table.write_text(f"url,mail\nhttp://10.1.2.3/x.jpg,jane@acme.example\n{server.url}/none,joe@acme.example\n")
    source = opened(template="", allow=[f"127.0.0.1:{server.port}"])
    assert len(list(source.people(None))) == 2
    assert source.reading.note == 'if that is meant, name it in the settings: [fetch] allow = ["10.1.2.3"]'


def test_a_redirect_of_the_origin_to_itself_is_followed(opened: Opened, shelf: Shelf) -> None:
    shelf.tamper = lambda asked: (
        Reply(301, b"", {"Location": "/joe@acme.example.jpg"}) if "jane" in asked.path else None
    )
    source = opened()
    assert source.fetch(told(source)["jane@acme.example"], 10**6) == BLUE


# -- answers that are no photo


def test_a_page_that_wants_a_sign_on_is_no_photo(opened: Opened, shelf: Shelf) -> None:
    page = Reply(200, b"<!DOCTYPE html><title>Sign on</title>", {"Content-Type": "text/html"})
    shelf.tamper = lambda asked: page if "jane" in asked.path else None
    refused = [each for each in opened().people(None) if isinstance(each, Refused)]
    assert "the answer is a page, not a picture" in refused[0].reason


@pytest.mark.parametrize("status", [401, 403, 500, 418])
def test_other_statuses_cost_nobody_their_photo(opened: Opened, shelf: Shelf, status: int) -> None:
    shelf.tamper = lambda asked: Reply(status) if "jane" in asked.path else None
    refused = [each for each in opened().people(None) if isinstance(each, Refused)]
    assert [each.origin for each in refused] == ["jane@acme.example"]
    assert f"({status})" in refused[0].reason


def test_an_address_that_leads_to_nothing_for_everybody_is_the_wrong_one(opened: Opened, table: Path) -> None:
    table.write_text("mail\n" + "".join(f"p{n}@acme.example\n" for n in range(30)))
    with pytest.raises(SourceError, match="none of 30 people has a photo at their address") as caught:
        list(opened().people(None))
    assert "{mail}.jpg" in (caught.value.hint or "")


def test_a_photo_that_is_too_large_is_refused(opened: Opened) -> None:
    source = opened()
    with pytest.raises(PictureError, match="larger than the 100 bytes"):
        source.fetch(told(source)["jane@acme.example"], 100)


def test_a_photo_that_went_away_meanwhile_is_none(opened: Opened, shelf: Shelf) -> None:
    source = opened()
    found = told(source)
    shelf.photos.clear()
    assert source.fetch(found["jane@acme.example"], 10**6) is None


# -- faults


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedLibrary]:
    monkeypatch.setattr(apply, "make_all", make_here)
    opened = open_library(tmp_path / "library", create=True)
    assert isinstance(opened, EmbeddedLibrary)
    yield opened
    assert list(opened.check()) == []
    opened.close()


def run(library: EmbeddedLibrary, tmp_path: Path, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = settings(fields, **more).model_copy(update={"library": tmp_path / "library", "sync": Sync(workers=1)})
    return sync.run(library, whole)[0].as_dict()


def have(library: EmbeddedLibrary) -> dict[str, bool]:
    return {record.origin: record.digest is not None for _, record in library.people()}


EVERYBODY = {"jane@acme.example": True, "joe@acme.example": True, "ann@acme.example": False}


def test_a_sync_and_another_that_fetches_nothing(
    library: EmbeddedLibrary, tmp_path: Path, fields: dict[str, Any], server: Origin
) -> None:
    run(library, tmp_path, fields)
    assert have(library) == EVERYBODY
    server.asked.clear()
    assert run(library, tmp_path, fields)["kept"] == 3
    assert {asked.method for asked in server.asked} == {"HEAD"}


def test_photos_are_kept_when_the_origin_is_down(
    library: EmbeddedLibrary, tmp_path: Path, fields: dict[str, Any], shelf: Shelf, server: Origin, table: Path
) -> None:
    run(library, tmp_path, fields)
    shelf.tamper = lambda asked: Reply(503)
    report = run(library, tmp_path, fields)
    assert report["failed"].startswith("source 'proxy': no address could be looked at: http://127.0.0.1:")
    assert report["failed"].endswith("the server is not available now (503)")
    assert have(library) == EVERYBODY
    shelf.tamper = lambda asked: None if "jane" in asked.path else Reply(503)
    report = run(library, tmp_path, fields)
    assert (report["failed"], report["kept"], report["removed"]) == (None, 1, [])
    assert have(library) == EVERYBODY


def test_an_origin_that_is_down_is_not_asked_for_everybody(
    opened: Opened, table: Path, shelf: Shelf, server: Origin
) -> None:
    table.write_text("mail\n" + "".join(f"p{n}@acme.example\n" for n in range(200)))
    shelf.tamper = lambda asked: Reply(503)
    with pytest.raises(SourceError):
        list(opened(parallel=2).people(None))
    assert len(server.asked) < 30


def test_half_a_photo_is_tried_again(
    library: EmbeddedLibrary, tmp_path: Path, fields: dict[str, Any], shelf: Shelf
) -> None:
    half = Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 9999\r\n\r\n" + RED[:300])
    shelf.tamper = lambda asked: half if asked.method == "GET" and "jane" in asked.path else None
    report = run(library, tmp_path, fields)
    assert [late["file"] for late in report["postponed"]] == ["jane@acme.example"]
    shelf.tamper = None
    run(library, tmp_path, fields)
    assert have(library) == EVERYBODY


def test_a_photo_that_is_gone_is_gone(
    library: EmbeddedLibrary, tmp_path: Path, fields: dict[str, Any], shelf: Shelf
) -> None:
    run(library, tmp_path, fields)
    del shelf.photos["/jane@acme.example.jpg"]
    assert run(library, tmp_path, fields)["changed"] == ["jane@acme.example"]
    assert have(library)["jane@acme.example"] is False


def test_nobody_at_home_and_a_host_that_dns_does_not_know(
    library: EmbeddedLibrary, tmp_path: Path, fields: dict[str, Any]
) -> None:
    report = run(library, tmp_path, fields, template=f"http://127.0.0.1:{nobody()}/{{mail}}.jpg")
    assert "127.0.0.1 does not answer: Connection refused" in report["failed"]
    report = run(library, tmp_path, fields, template="http://photos.invalid/{mail}.jpg")
    assert "no address could be looked at" in report["failed"]


# -- on ask


def test_on_ask_people_are_told_and_nothing_is_asked(opened: Opened, server: Origin, tmp_path: Path) -> None:
    (tmp_path / "jane@acme.example.jpg").write_bytes(b"")
    found = told(opened(fetch="on ask"))
    assert len(found) == 3
    assert all(each.photo is None for each in found.values())
    assert not server.asked
    folder = FolderSource(kind="folder", path=tmp_path, name="files")
    assert list(told(opened(folder, table=None, people="files", fetch="on ask"))) == ["jane@acme.example.jpg"]
    assert not server.asked


def test_on_ask_another_address_is_another_version(opened: Opened, server: Origin) -> None:
    one = told(opened(fetch="on ask"))["jane@acme.example"].version
    assert told(opened(fetch="on ask"))["jane@acme.example"].version == one
    other = told(opened(fetch="on ask", template=f"{server.url}/{{uid}}.png"))["jane@acme.example"].version
    assert other != one


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,mail\n", "has the columns file, mail"),
        ("mail\n", None),
        ('mail\n"unclosed', "people.csv, line 1: "),
    ],
)
def test_a_table_that_is_wrong_is_said(opened: Opened, table: Path, text: str, words: str | None) -> None:
    table.write_text(text)
    if words is None:
        assert list(opened().people(None)) == []
        return
    with pytest.raises(SourceError, match=words):
        list(opened().people(None))
