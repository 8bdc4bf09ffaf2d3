"""Photos from Connections, against a server after its documents."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.origin import Asked, Origin, Reply, nobody, origin
from tests.sources.connections.fake import Profiles, Someone
from tests.sync.scene import make_here

from limner import people, sync
from limner.errors import PictureError, SourceError
from limner.library import EmbeddedLibrary, open_library
from limner.settings import ConnectionsSource, Fetch, Settings, Sync
from limner.sources import Found, Loaded, Refused, Remote
from limner.sources.connections import Connections
from limner.sync import apply

Opened = Callable[..., Connections]


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (155, 155), colour).save(out, "JPEG")
    return out.getvalue()


RED, BLUE, GREY = jpeg("red"), jpeg("blue"), jpeg("grey")


def someone(number: int, **more: Any) -> Someone:
    return Someone(
        **{
            "key": f"k-{number}",
            "mail": f"p{number}@acme.example",
            "uid": f"p{number}",
            "userid": f"guid-{number}",
            "dn": f"cn=P {number},ou=people,o=acme",
            "name": f"Person {number}",
            "photo": RED,
            "last_mod": 1_204_662_695_516 + number,
            **more,
        }
    )


@pytest.fixture
def profiles() -> Profiles:
    return Profiles([someone(1), someone(2, photo=None), someone(3, photo=BLUE)], generic=GREY)


@pytest.fixture
def server(profiles: Profiles) -> Iterator[Origin]:
    with origin(profiles) as running:
        yield running


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("secret\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def table(server: Origin, password: Path) -> dict[str, Any]:
    return {
        "kind": "connections",
        "url": f"{server.url}/profiles",
        "user": "limner",
        "password_file": password,
        "page": 2,
    }


def settings(table: dict[str, Any], **more: Any) -> Settings:
    return Settings(
        source=[ConnectionsSource(**{"name": "connections", **table, **more})], fetch=Fetch(tries=2, seconds=5)
    )


@pytest.fixture
def opened(table: dict[str, Any]) -> Iterator[Opened]:
    made = []

    def open_it(**more: Any) -> Connections:
        whole = settings(table, **more)
        assert isinstance(whole.source[0], ConnectionsSource)
        made.append(Connections(whole.source[0], whole))
        return made[-1]

    yield open_it
    for one in made:
        one.close()


def all_of(source: Connections) -> list[Found]:
    told = list(source.people(None))
    assert all(isinstance(each, Found) for each in told)
    return [each for each in told if isinstance(each, Found)]


# -- people -----------------------------------------------------------------------------------------------------------


def test_everybody_comes_page_by_page_by_all_their_names(opened: Opened, server: Origin) -> None:
    source = opened()
    told = all_of(source)
    assert [found.origin for found in told] == ["guid-1", "guid-2", "guid-3"]
    person = told[0].person
    assert (person.mails, person.uid, person.key) == (("p1@acme.example",), "p1", "k-1")
    assert person.userid == "guid-1"
    assert person.dn == "cn=p 1,ou=people,o=acme"
    assert person.name == "Person 1"
    assert [asked.path for asked in server.asked] == [
        "/profiles/admin/atom/profiles.do?ps=2",
        "/profiles/admin/atom/profiles.do?ps=2&page=2",
    ]
    assert source.reading.whole
    assert source.reading.state is None


def test_last_mod_is_the_version_so_that_an_unchanged_photo_costs_nothing(
    opened: Opened, server: Origin, profiles: Profiles
) -> None:
    before = {found.origin: found.version for found in all_of(opened())}
    profiles.people[2].last_mod = 1_700_000_000_000
    after = {found.origin: found.version for found in all_of(opened())}
    assert [who for who in before if before[who] != after[who]] == ["guid-3"]
    assert not [asked for asked in server.asked if "photo.do" in asked.path]


def test_a_feed_of_the_search_needs_no_administrator(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "janes").write_text("maroon")
    as_jane = {"user": "jane", "password_file": tmp_path / "janes"}
    with pytest.raises(SourceError, match=r"does not allow it to this user \(403\)") as caught:
        all_of(opened(**as_jane))
    assert "administrator of Profiles" in (caught.value.hint or "")
    told = all_of(opened(**as_jane, feed="/atom/search.do?organization=Acme"))
    assert next((found.person.mails, found.person.uid, found.person.key) for found in told) == (
        ("p1@acme.example",),
        "p1",
        "k-1",
    )


def test_every_mail_address_counts(opened: Opened, profiles: Profiles) -> None:
    profiles.people = [someone(1, more_mail="Person.One@notes.acme.example")]
    assert all_of(opened())[0].person.mails == ("p1@acme.example", "person.one@notes.acme.example")
    assert all_of(opened(feed="/atom/search.do?name=*"))[0].person.mails == all_of(opened())[0].person.mails


def test_who_is_inactive_is_no_longer_one_of_them(opened: Opened, profiles: Profiles) -> None:
    profiles.people[0].state = "inactive"
    assert [found.origin for found in all_of(opened())] == ["guid-2", "guid-3"]


def test_the_department_is_told_for_reports(opened: Opened, profiles: Profiles) -> None:
    profiles.people = [someone(1, department="Sales")]
    for more in ({}, {"feed": "/atom/search.do?name=*"}):
        assert all_of(opened(**more))[0].attributes == {"department": "Sales"}


def test_a_mail_that_is_none_costs_nobody_their_other_names(opened: Opened, profiles: Profiles) -> None:
    profiles.people = [
        someone(1, mail="not@a@mail", dn="rubbish"),
        someone(2, mail="", uid="", key="", userid="", dn=""),
    ]
    told = list(opened().people(None))
    assert isinstance(told[0], Found)
    assert (told[0].person.mails, told[0].person.dn, told[0].person.uid) == ((), None, "p1")
    assert isinstance(told[1], Refused)


def test_people_of_whom_the_feed_says_only_the_mail_are_told_apart_by_it(opened: Opened, profiles: Profiles) -> None:
    profiles.says_last_mod = False
    profiles.people = [someone(n, uid="", key="", userid="", dn="") for n in (1, 2)]
    source = opened()
    told = all_of(source)
    assert [found.origin for found in told] == ["p1@acme.example", "p2@acme.example"]
    assert source.fetch(told[1], 10**6) == RED


def test_who_moves_to_the_next_page_meanwhile_is_told_once(opened: Opened, profiles: Profiles) -> None:
    def tamper(asked: Asked) -> None:
        if "page=2" in asked.path:
            profiles.people.insert(0, someone(9))

    profiles.tamper = tamper
    assert [found.origin for found in all_of(opened())] == ["guid-1", "guid-2", "guid-3"]


def test_a_server_behind_a_proxy_may_know_itself_by_another_name(
    opened: Opened, profiles: Profiles, server: Origin
) -> None:
    """The next page is asked for at the address of the settings: the password goes nowhere else."""
    profiles.outer = "https://inside.acme.example:9443/profiles"
    assert len(all_of(opened())) == 3
    assert server.asked[1].path == "/profiles/admin/atom/profiles.do?ps=2&page=2"


def test_a_feed_that_leads_in_a_circle_ends(opened: Opened, profiles: Profiles) -> None:
    first: list[Reply] = []

    def tamper(asked: Asked) -> Reply | None:
        profiles.tamper = None
        first.append(profiles(asked))
        profiles.tamper = lambda asked: first[0]
        return first[0]

    profiles.tamper = tamper
    with pytest.raises(SourceError, match="leads in a circle"):
        list(opened().people(None))


# -- signing on -------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_said_and_not_shown(opened: Opened, password: Path) -> None:
    password.write_text("hunter2")
    with pytest.raises(SourceError, match=r"does not accept the user and password, or wants some \(401\)") as caught:
        all_of(opened())
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"
    assert caught.value.hint == "check the user and the password in the settings"


def test_a_cookie_does_instead(opened: Opened, table: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "token")
    more = {"user": "", "password_file": None, "cookie": "LtpaToken2", "password_env": "TOKEN"}
    assert len(all_of(opened(**more))) == 3
    monkeypatch.delenv("TOKEN")
    with pytest.raises(SourceError, match="the password should be in the environment as TOKEN"):
        opened(**more)


def test_a_password_that_others_can_read_is_pointed_out(opened: Opened, password: Path) -> None:
    assert opened().reading.note is None
    password.chmod(0o644)
    assert opened().reading.note == f"{password} holds a secret and can be read by others: `chmod 600 {password}`"


def test_a_page_that_wants_a_sign_on_is_known_for_what_it_is(opened: Opened, profiles: Profiles) -> None:
    page = Reply(200, b"<html><body>Please log in<br></body></html>", {"Content-Type": "text/html"})
    profiles.tamper = lambda asked: page
    with pytest.raises(SourceError, match="it is no") as caught:
        all_of(opened())
    assert "sign on as a user who may read it" in (caught.value.hint or "")
    profiles.tamper = lambda asked: page if "photo.do" in asked.path else None
    source = opened()
    with pytest.raises(PictureError, match="a page, not a picture"):
        source.fetch(all_of(source)[0], 1_000_000)


# -- photos -----------------------------------------------------------------------------------------------------------


def test_a_photo_is_fetched_with_its_last_mod(opened: Opened, server: Origin) -> None:
    source = opened()
    assert source.fetch(all_of(source)[0], 1_000_000) == RED
    assert "/profiles/photo.do?key=k-1&lastMod=1204662695517" in [asked.path for asked in server.asked]


def test_the_picture_for_people_without_one_is_not_taken_for_theirs(opened: Opened, server: Origin) -> None:
    """Somebody who cannot exist is asked for, once; what comes then is nobody's."""
    source = opened()
    told = all_of(source)
    assert [source.fetch(found, 1_000_000) for found in told] == [RED, None, BLUE]
    invented = [asked.path for asked in server.asked if "photo.do" in asked.path and "k-" not in asked.path]
    assert len(invented) == 1


def test_where_nobody_gets_no_picture_there_is_none_to_know(opened: Opened, profiles: Profiles) -> None:
    profiles.generic = None
    source = opened()
    assert [source.fetch(found, 1_000_000) for found in all_of(source)] == [RED, None, BLUE]


def test_pictures_that_are_nobodys_can_be_named(opened: Opened, profiles: Profiles, tmp_path: Path) -> None:
    (tmp_path / "blue.jpg").write_bytes(BLUE)
    source = opened(no_photo=[tmp_path / "blue.jpg"])
    assert [source.fetch(found, 1_000_000) for found in all_of(source)] == [RED, None, None]
    source = opened(no_photo=[tmp_path / "none.jpg"])
    with pytest.raises(SourceError, match="cannot read"):
        source.fetch(all_of(source)[0], 1_000_000)


@pytest.mark.parametrize("validators", [True, False])
def test_where_the_feed_says_nothing_of_photos_the_server_is_asked(
    opened: Opened, profiles: Profiles, server: Origin, validators: bool
) -> None:
    profiles.says_last_mod, profiles.validators = False, validators
    told = all_of(opened())
    assert next(type(found.photo) for found in told) is (Remote if validators else Loaded)
    again = all_of(opened())
    assert [found.version for found in told] == [found.version for found in again]
    profiles.people[0].photo = BLUE
    changed = all_of(opened())
    assert [a.version != b.version for a, b in zip(again, changed, strict=True)] == [True, False, False]
    if not validators:
        assert changed[1].photo is None  # seen to be nobody's, as it was fetched anyway


def test_a_photo_that_is_too_large_is_refused(opened: Opened) -> None:
    source = opened()
    with pytest.raises(PictureError, match="larger than the 100 bytes"):
        source.fetch(all_of(source)[0], 100)


# -- faults -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedLibrary]:
    monkeypatch.setattr(apply, "make_all", make_here)
    opened = open_library(tmp_path / "library", create=True)
    assert isinstance(opened, EmbeddedLibrary)
    yield opened
    assert list(opened.check()) == []
    opened.close()


def run(library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = settings(table, **more).model_copy(update={"library": tmp_path / "library", "sync": Sync(workers=1)})
    return sync.run(library, whole)[0].as_dict()


def have(library: EmbeddedLibrary) -> dict[str, bool]:
    return {record.origin: record.digest is not None for _, record in library.people()}


def test_a_sync_brings_photos_in_and_the_next_asks_for_none(
    library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any], server: Origin
) -> None:
    report = run(library, tmp_path, table)
    assert len(report["added"]) == 3
    assert have(library) == {"guid-1": True, "guid-2": False, "guid-3": True}
    names = [
        people.by_dn("CN=P 1,OU=people,O=acme"),
        people.by_key("k-1"),
        people.by_key("guid-1"),
        people.by_uid("p1"),
    ]
    for name in (*names, people.by_mail("p1@acme.example")):
        record = library.find(name)
        assert record is not None
        assert record.origin == "guid-1"
    server.asked.clear()
    report = run(library, tmp_path, table)
    assert (report["kept"], report["added"], report["changed"]) == (3, [], [])
    assert not [asked for asked in server.asked if "photo.do" in asked.path]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(503), "not available now (503)"),
        (Reply(500), "a problem of its own (500)"),
        (Reply(429, b"", {"Retry-After": "0"}), "asked too often (429)"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<feed"), "the answer ends early"),
        (Reply(200, b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>"), "it is no XML that can be read"),
        (Reply(200, b'<!DOCTYPE f [<!ENTITY a "b">]><feed/>'), "it is no XML that can be read"),
        (Reply(200, b"<rss/>"), "it is no Atom feed, but <rss>"),
        (Reply(302, b"", {"Location": "http://127.0.0.1:22/"}), "port 22 may not be asked"),
        (Reply(302, b"", {"Location": "file:///etc/passwd"}), "not an http or https address"),
        (Reply(200, bytes(33_000_000)), "larger than"),
    ],
)
def test_a_server_that_dies_mid_page_costs_nobody_their_photo(
    library: EmbeddedLibrary,
    tmp_path: Path,
    table: dict[str, Any],
    profiles: Profiles,
    reply: Reply,
    words: str,
) -> None:
    run(library, tmp_path, table)
    before = have(library)
    profiles.tamper = lambda asked: reply if "page=2" in asked.path else None
    report = run(library, tmp_path, table)
    assert words in report["failed"]
    assert report["failed"].startswith("source 'connections': ")
    assert have(library) == before


def test_half_a_photo_is_no_photo_and_is_tried_again(
    library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any], profiles: Profiles
) -> None:
    half = Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 9999\r\n\r\n" + RED[:300])
    profiles.tamper = lambda asked: half if "photo.do?key=k-3" in asked.path else None
    report = run(library, tmp_path, table)
    assert [late["file"] for late in report["postponed"]] == ["guid-3"]
    assert "ends early" in report["postponed"][0]["reason"]
    assert have(library)["guid-1"]
    profiles.tamper = None
    run(library, tmp_path, table)
    assert have(library)["guid-3"]


def test_a_photo_that_is_none_is_refused_until_it_changes(
    library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any], profiles: Profiles
) -> None:
    profiles.people[2].photo = b"\xff\xd8 not a photo"
    report = run(library, tmp_path, table)
    assert [refused["file"] for refused in report["refused"]] == ["guid-3"]
    profiles.people[2].photo, profiles.people[2].last_mod = BLUE, 7
    run(library, tmp_path, table)
    assert have(library)["guid-3"]


def test_nobody_at_home(library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any]) -> None:
    report = run(library, tmp_path, table, url=f"http://127.0.0.1:{nobody()}/profiles")
    assert "127.0.0.1 does not answer: Connection refused" in report["failed"]


def test_a_host_that_dns_does_not_know(library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any]) -> None:
    report = run(library, tmp_path, table, url="http://connections.invalid/profiles")
    assert "connections.invalid" in report["failed"]
