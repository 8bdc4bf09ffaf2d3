"""Photos from Microsoft Graph, against a server after its documents."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.origin import Asked, Origin, Reply, nobody, origin
from tests.sources.graph.fake import Directory
from tests.sync.scene import make_here

from limner import people, sync
from limner.errors import PictureError, SourceError
from limner.library import EmbeddedLibrary, open_library
from limner.settings import Fetch, GraphSource, Settings, Sync
from limner.sources import Found, Gone, Refused
from limner.sources.graph import Graph, api
from limner.sync import apply

Opened = Callable[..., Graph]


def jpeg(colour: str, side: int = 240) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


PHOTO = {side: jpeg("red", side) for side in (48, 240, 648)}


@pytest.fixture
def directory() -> Directory:
    made = Directory()
    for number in range(5):
        user = made.put(
            f"id-{number}",
            displayName=f"Person {number}",
            mail=f"p{number}@acme.example",
            userPrincipalName=f"person{number}@acme.onmicrosoft.com",
            onPremisesSamAccountName=f"p{number}",
            userType="Member",
        )
        if number % 2 == 0:
            user.photos = dict(PHOTO)
    return made


@pytest.fixture
def server(directory: Directory) -> Iterator[Origin]:
    with origin(directory) as running:
        yield running


@pytest.fixture
def table(server: Origin, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("GRAPH_SECRET", directory.secret)
    return {
        "kind": "graph",
        "name": "entra",
        "tenant": directory.tenant,
        "client": directory.client,
        "secret_env": "GRAPH_SECRET",
        "graph_url": server.url,
        "login_url": server.url,
    }


def settings(table: dict[str, Any], **more: Any) -> Settings:
    return Settings(source=[GraphSource(**{**table, **more})], fetch=Fetch(tries=2, seconds=5))


@pytest.fixture
def opened(table: dict[str, Any]) -> Iterator[Opened]:
    made = []

    def open_it(**more: Any) -> Graph:
        whole = settings(table, **more)
        assert isinstance(whole.source[0], GraphSource)
        made.append(Graph(whole.source[0], whole))
        return made[-1]

    yield open_it
    for one in made:
        one.close()


def told(source: Graph, since: str | None = None) -> dict[str, Found]:
    found = list(source.people(since))
    assert all(isinstance(each, Found) for each in found)
    return {each.origin: each for each in found if isinstance(each, Found)}


# -- people


def test_everybody_comes_over_all_pages_with_what_is_known_of_their_photo(opened: Opened) -> None:
    source = opened()
    everybody = told(source)
    assert list(everybody) == [f"id-{number}" for number in range(5)]
    assert [found.photo is not None for found in everybody.values()] == [True, False, True, False, True]
    assert '"BA09D118"' in everybody["id-0"].version
    assert source.reading.whole
    assert source.reading.note is None


def test_a_person_goes_by_every_mail_address(opened: Opened, directory: Directory) -> None:
    directory.put(
        "id-0",
        proxyAddresses=["smtp:Jane@old.example", "SMTP:jane.roe@acme.example", "X500:/o=Acme", "sip:jane@acme.example"],
        onPremisesDistinguishedName="CN=Jane Roe,OU=People,DC=acme,DC=example",
        department="Sales",
        officeLocation="Paris",
    )
    found = told(opened())["id-0"]
    assert found.person.mails == (
        "p0@acme.example",
        "jane.roe@acme.example",
        "jane@old.example",
        "person0@acme.onmicrosoft.com",
    )
    assert (found.person.uid, found.person.key) == ("p0", "id-0")
    assert found.person.dn == "cn=jane roe,ou=people,dc=acme,dc=example"
    assert found.attributes == {"department": "Sales", "office": "Paris"}


def test_a_guests_sign_on_name_is_no_mail_address(opened: Opened, directory: Directory) -> None:
    directory.put("id-0", mail=None, userPrincipalName="joe_other.example#EXT#@acme.onmicrosoft.com")
    assert told(opened())["id-0"].person.mails == ()


def test_who_may_not_sign_on_any_more_is_no_longer_one_of_them(opened: Opened, directory: Directory) -> None:
    directory.put("id-0", accountEnabled=False)
    assert "id-0" not in told(opened())


def test_the_photo_that_graph_describes_for_people_without_one_is_none(opened: Opened, directory: Directory) -> None:
    """The description is 200 with the id "1x1", the photo itself would be 404."""
    directory.users["id-1"].says_1x1 = True
    assert told(opened())["id-1"].photo is None


def test_a_photo_whose_etag_is_the_same_is_the_same(opened: Opened, directory: Directory) -> None:
    before = told(opened())
    directory.users["id-2"].etag = "another"
    after = told(opened())
    assert [who for who in before if before[who].version != after[who].version] == ["id-2"]


def test_photos_are_described_twenty_at_a_time(opened: Opened, directory: Directory, server: Origin) -> None:
    for number in range(5, 45):
        directory.put(f"id-{number}")
    directory.page = 7
    assert len(told(opened())) == 45
    sizes = [len(json.loads(asked.body)["requests"]) for asked in server.asked if asked.path == "/v1.0/$batch"]
    assert sizes == [20, 20, 5]


def test_a_filter_chooses_people_and_needs_no_delta(opened: Opened, directory: Directory) -> None:
    directory.put("id-0", userType="Guest")
    source = opened(filter="userType eq 'Member'")
    assert list(told(source)) == ["id-1", "id-2", "id-3", "id-4"]
    assert source.reading.whole
    assert source.reading.state is None


# -- changes


def test_only_changes_are_read_when_photos_were_looked_at_lately(opened: Opened, directory: Directory) -> None:
    source = opened()
    told(source)
    directory.put("id-1", displayName="Jane")
    directory.put("id-9", mail="new@acme.example").photos = dict(PHOTO)
    directory.drop("id-3")
    directory.put("id-4", accountEnabled=False)
    later = opened()
    changes = list(later.people(source.reading.state))
    assert {each.origin for each in changes if isinstance(each, Found)} == {"id-1", "id-9"}
    assert {each.origin for each in changes if isinstance(each, Gone)} == {"id-3", "id-4"}
    assert not later.reading.whole
    nothing = opened()
    assert list(nothing.people(later.reading.state)) == []
    assert nothing.reading.state


def test_all_photos_are_looked_at_again_now_and_then(
    opened: Opened, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Graph does not tell that a photo changed."""
    source = opened()
    told(source)
    later = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    directory.expires_in = 10**9
    again = opened()
    assert len(told(again, source.reading.state)) == 5
    assert again.reading.whole
    assert opened(recheck_hours=0).settings.recheck_hours == 0
    always = opened(recheck_hours=0)
    assert len(told(always, again.reading.state)) == 5


@pytest.mark.parametrize("lost", ["410", "400"])
def test_a_link_that_graph_does_not_know_any_more_leads_to_a_whole_reading(
    opened: Opened, directory: Directory, lost: str
) -> None:
    source = opened()
    told(source)
    directory.lost = lost
    again = opened()
    assert len(told(again, source.reading.state)) == 5
    assert again.reading.whole
    assert again.reading.note == "Graph does not know any more what it told last, so everybody was read"


@pytest.mark.parametrize("state", ["", "rubbish", "[]", "{}", '{"delta": 1, "looked": 1}', '{"looked": "x"}', "null"])
def test_a_state_that_cannot_be_read_leads_to_a_whole_reading(opened: Opened, state: str) -> None:
    source = opened()
    assert len(told(source, state)) == 5
    assert source.reading.whole


def test_a_state_that_leads_elsewhere_is_not_followed_with_the_token(opened: Opened, server: Origin) -> None:
    with origin(lambda asked: Reply(200, b"{}")) as other:
        state = json.dumps({"delta": f"{other.url}/v1.0/users/delta?$deltatoken=x", "looked": time.time()})
        with pytest.raises(SourceError):
            list(opened().people(state))
        assert not [asked for asked in other.asked if "Authorization" in asked.headers]


def test_a_next_page_on_another_host_is_not_asked_for(opened: Opened, directory: Directory) -> None:
    with origin(lambda asked: Reply(200, b"{}")) as other:
        body = json.dumps({"value": [], "@odata.nextLink": f"{other.url}/v1.0/users"}).encode()
        directory.tamper = lambda asked: Reply(200, body) if "/users/delta" in asked.path else None
        with pytest.raises(SourceError, match="on another host"):
            list(opened().people(None))
        assert not other.asked


# -- photos


def test_the_size_of_the_settings_is_fetched_or_the_next_smaller(opened: Opened, directory: Directory) -> None:
    directory.users["id-2"].photos = {48: PHOTO[48], 648: PHOTO[648]}
    for size, expected in ((648, 648), (504, 240), (240, 240), (48, 48)):
        source = opened(size=size)
        everybody = told(source)
        assert source.fetch(everybody["id-0"], 10**6) == PHOTO[expected]
    assert opened(size=120).fetch(everybody["id-2"], 10**6) == PHOTO[48]


def test_a_small_photo_is_fetched_at_once(opened: Opened, directory: Directory, server: Origin) -> None:
    directory.users["id-0"].photos = {48: PHOTO[48]}
    source = opened()
    everybody = told(source)
    server.asked.clear()
    assert source.fetch(everybody["id-0"], 10**6) == PHOTO[48]
    assert [asked.path for asked in server.asked] == ["/v1.0/users/id-0/photo/$value"]


def test_a_photo_that_went_away_meanwhile_is_none(opened: Opened, directory: Directory) -> None:
    source = opened()
    everybody = told(source)
    directory.users["id-0"].photos = {}
    assert source.fetch(everybody["id-0"], 10**6) is None
    with pytest.raises(PictureError, match="larger than"):
        source.fetch(everybody["id-2"], 100)


# -- throttling


def test_only_what_was_throttled_in_a_batch_is_asked_for_again(
    opened: Opened, directory: Directory, server: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.throttle_batch = 2
    directory.retry_after = "1"
    start = time.monotonic()
    assert len(told(opened())) == 5
    assert time.monotonic() - start >= 1
    sizes = [len(json.loads(asked.body)["requests"]) for asked in server.asked if asked.path == "/v1.0/$batch"]
    assert sizes == [5, 2]


def test_a_storm_of_429_ends(opened: Opened, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    source = opened()
    monkeypatch.setattr(source.client, "rest", lambda seconds: None)
    directory.throttle_batch = 10**9
    with pytest.raises(SourceError, match=r"asked too often \(429\)"):
        list(source.people(None))
    directory.retry_after = "3600"
    with pytest.raises(SourceError, match=r"asked too often \(429\)"):
        list(source.people(None))


def test_a_throttled_page_is_asked_for_again(opened: Opened, directory: Directory) -> None:
    left = [2]

    def tamper(asked: Asked) -> Reply | None:
        if "/users/delta" in asked.path and left[0] > 0:
            left[0] -= 1
            return Reply(429, b"", {"Retry-After": "0"}) if left[0] else None
        return None

    directory.tamper = tamper
    assert len(told(opened())) == 5


# -- signing on


def test_one_token_serves_many_requests_and_a_withdrawn_one_is_renewed(
    opened: Opened, directory: Directory, server: Origin
) -> None:
    source = opened()
    everybody = told(source)
    assert len([asked for asked in server.asked if "oauth2" in asked.path]) == 1
    directory.tokens = {"not this one"}
    assert source.fetch(everybody["id-0"], 10**6)
    directory.tokens = {"nor this"}
    assert len(told(source)) == 5
    assert len([asked for asked in server.asked if "oauth2" in asked.path]) == 3


@pytest.mark.parametrize(
    ("change", "words", "hint"),
    [
        ({"secret": "other"}, "AADSTS7000215: Invalid client secret provided.", "the secret's value"),
        ({"client": "other"}, "AADSTS700016", "no such application"),
        ({"tenant": "other"}, "AADSTS90002", "no such directory"),
        ({"rights": False}, "Graph says 403 Authorization_RequestDenied", "User.Read.All and ProfilePhoto.Read.All"),
    ],
)
def test_what_is_wrong_with_the_registration_is_said(
    opened: Opened, directory: Directory, change: dict[str, Any], words: str, hint: str
) -> None:
    for name, value in change.items():
        setattr(directory, name, value)
    with pytest.raises(SourceError) as caught:
        list(opened().people(None))
    assert words in caught.value.message
    assert hint in (caught.value.hint or "")
    said = f"{caught.value.message} {caught.value.hint}"
    assert "s3cret" not in said
    assert "Trace ID" not in said


@pytest.mark.parametrize("user", [{"id": "x/../y"}, {"id": "x?$a=b"}, {"id": "\N{SNOWMAN}"}])
def test_an_id_cannot_lead_elsewhere(
    opened: Opened, directory: Directory, server: Origin, user: dict[str, str]
) -> None:
    directory.users.clear()
    directory.log.clear()
    directory.put(user["id"]).photos = dict(PHOTO)
    source = opened()
    everybody = told(source)
    assert everybody[user["id"]].photo is not None
    assert source.fetch(everybody[user["id"]], 10**6) == PHOTO[648]


# -- faults


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
    return sync.run(library, whole, max_removals=1)[0].as_dict()


def have(library: EmbeddedLibrary) -> dict[str, bool]:
    return {record.origin: record.digest is not None for _, record in library.people()}


def test_a_sync_and_one_of_changes(
    library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any], directory: Directory, server: Origin
) -> None:
    assert len(run(library, tmp_path, table)["added"]) == 5
    assert have(library)["id-0"]
    assert library.find(people.by_key("id-0")) is not None
    server.asked.clear()
    directory.drop("id-0")
    directory.put("id-1", mail="married@acme.example")
    report = run(library, tmp_path, table)
    assert (report["changed"], report["added"]) == (["married@acme.example"], [])
    assert report["removed"] == ["p0@acme.example"]
    assert "id-0" not in have(library)
    assert not [asked for asked in server.asked if "$value" in asked.path]


@pytest.mark.parametrize(
    ("where", "reply", "words"),
    [
        ("$skiptoken", Reply(503), "not available now (503)"),
        ("$skiptoken", Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"), "ends early"),
        ("$skiptoken", Reply(200, b"{"), "not JSON"),
        ("$skiptoken", Reply(200, b"[]"), "holds no list of people"),
        ("$batch", Reply(500), "a problem of its own (500)"),
        ("$batch", Reply(200, b"[]"), "left out answers"),
        ("oauth2", Reply(200, b"{}"), "no token"),
        ("oauth2", Reply(200, b"<html>"), "not JSON"),
        ("oauth2", Reply(302, b"", {"Location": "/elsewhere"}), "redirected (302)"),
    ],
)
def test_a_server_that_fails_amid_the_people_costs_nobody_their_photo(
    library: EmbeddedLibrary,
    tmp_path: Path,
    table: dict[str, Any],
    directory: Directory,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    reply: Reply,
    words: str,
) -> None:

    monkeypatch.setattr(api, "FIRST_REST", 0.001)
    run(library, tmp_path, table, recheck_hours=0)
    before = have(library)
    directory.tamper = lambda asked: reply if where in asked.path else None
    report = run(library, tmp_path, table, recheck_hours=0)
    assert report["failed"] is not None
    assert words in report["failed"]
    assert have(library) == before


def test_a_photo_that_fails_is_tried_by_the_next_sync_though_nobody_changed(
    library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any], directory: Directory
) -> None:
    directory.tamper = lambda asked: Reply(503) if "id-2/photo/$value" in asked.path else None
    directory.users["id-2"].photos = {648: PHOTO[648]}
    report = run(library, tmp_path, table)
    assert [late["file"] for late in report["postponed"]] == ["id-2"]
    directory.tamper = None
    run(library, tmp_path, table)
    assert have(library)["id-2"]


def test_one_photo_that_graph_cannot_describe_costs_only_itself(opened: Opened, directory: Directory) -> None:
    bad = Reply(400, json.dumps({"error": {"code": "X", "message": "y"}}).encode())
    plain = Directory._photo
    directory.__class__._photo = lambda self, path: bad if "id-2" in path else plain(self, path)  # type: ignore[method-assign]
    try:
        found = list(opened().people(None))
    finally:
        directory.__class__._photo = plain  # type: ignore[method-assign]
    refused = [each for each in found if isinstance(each, Refused)]
    assert [each.origin for each in refused] == ["id-2"]
    assert "Graph says 400 X of the photo: y" in refused[0].reason


def test_nobody_at_home(library: EmbeddedLibrary, tmp_path: Path, table: dict[str, Any]) -> None:
    report = run(library, tmp_path, table, login_url=f"http://127.0.0.1:{nobody()}")
    assert "127.0.0.1 does not answer: Connection refused" in report["failed"]
