"""What the fetcher keeps in the library, whatever else happens there."""

import io
import time

import pytest
from PIL import Image

from limner import people
from limner.errors import PictureError
from limner.library import Record, open_library
from limner.people import Person
from limner.picture import Limits
from limner.settings import Settings
from limner.sources.url.ask import Got
from limner.sync.pictures import Workshop
from limner.web.origins.store import Store, since

LABELS = frozenset({"proxy"})
JANE = people.by_mail("jane@acme.example")


def jpeg(colour):
    out = io.BytesIO()
    Image.new("RGB", (60, 60), colour).save(out, "JPEG")
    return out.getvalue()


RED = Got("https://p.example/jane", jpeg("red"), '"1"')


@pytest.fixture
def library(tmp_path):
    library = open_library(tmp_path / "library", create=True)
    put(library)
    yield library
    assert list(library.check()) == []
    library.close()


def put(library, version="1", **more):
    with library.batch() as batch:
        batch.put(Record(Person.of(mails=["jane@acme.example"]), "proxy", "jane", version, **more))


@pytest.fixture(scope="module")
def _workshop():
    workshop = Workshop(Limits())
    yield workshop
    workshop.close()


@pytest.fixture
def store(library, _workshop):
    store = Store(Settings(), library)
    store.workshop = _workshop
    return store


def test_a_photo_that_comes_is_shown_and_noted(store, library):
    part = store.wanted(JANE, LABELS)
    assert part.origin == "jane"
    assert store.keep(part, RED)
    assert library.rendition(JANE, 48) is not None
    assert store.wanted(JANE, LABELS) is None
    ((origin, fetched),) = store.fetched("proxy")
    assert (origin, fetched.address, fetched.etag) == ("jane", RED.address, '"1"')
    assert abs(fetched.looked - time.time()) < 60
    assert fetched.known == Got(RED.address, None, '"1"')
    assert library.version("proxy", "jane") == "1"  # a sync that tells the same changes nothing


def test_people_of_other_sources_and_hidden_ones_are_not_wanted(store, library):
    assert store.wanted(JANE, frozenset({"other"})) is None
    assert store.wanted(people.by_mail("joe@acme.example"), LABELS) is None
    put(library, hidden=int(time.time()))
    assert store.wanted(JANE, LABELS) is None


@pytest.mark.parametrize("change", ["another version", "gone", "hidden"])
def test_who_changed_while_their_photo_was_fetched_does_not_get_it(store, library, change):
    part = store.wanted(JANE, LABELS)
    if change == "another version":
        put(library, "2")
    elif change == "hidden":
        put(library, hidden=7)
    else:
        with library.batch() as batch:
            batch.remove("proxy", "jane")
    assert store.keep(part, RED) is False
    assert library.rendition(JANE, 48) is None
    assert list(store.fetched("proxy")) == []


def test_the_same_photo_again_is_no_change(store, library):
    store.keep(store.wanted(JANE, LABELS), RED)
    before = library.find(JANE)
    assert store.keep(store.part("proxy", "jane"), RED)
    assert library.find(JANE) == before


def test_a_photo_that_is_gone_goes(store, library):
    store.keep(store.wanted(JANE, LABELS), RED)
    store.take_away(store.part("proxy", "jane"))
    assert library.rendition(JANE, 48) is None
    assert list(store.fetched("proxy")) == []
    assert store.wanted(JANE, LABELS) is not None


def test_what_is_no_photo_is_said(store, library):
    with pytest.raises(PictureError):
        store.keep(store.wanted(JANE, LABELS), Got("x", b"\xff\xd8 rubbish"))
    assert library.rendition(JANE, 48) is None


def test_the_time_of_a_photo_is_written_as_http_does(store):
    assert since(Record(Person.of(uid="x"), "a", "b", "1", 0, b"x", dated=784111777)) == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert since(Record(Person.of(uid="x"), "a", "b", "1", 5)) == ""
