"""What hands make of what is in the queue: good photos, bad ones, ones that bring decoders down."""

import hashlib
import os
import signal
import time

import pytest
from tests.web.house import until

from limner.errors import PictureError
from limner.library import Record, open_library
from limner.library.engine import Asked
from limner.people import Person
from limner.picture import Portrait, portrait
from limner.settings import Settings
from limner.sync.hands import Hands
from shared_servers import Postgres, needs_postgres

from .scene import a_photo

pytestmark = needs_postgres


def maker(photo, limits):
    """Do what the photo's bytes say."""
    if photo == b"kills":
        os.kill(os.getpid(), signal.SIGSEGV)
    if photo == b"bad":
        raise PictureError("a bad picture")
    return Portrait(hashlib.sha256(photo).digest(), 1, 1, {32: photo})


@pytest.fixture
def library(shared_place):
    library = open_library(shared_place, create=True)
    yield library
    library.close()


def settings_of(place, workers=1):
    return Settings.model_validate({"library": place.url, "sync": {"workers": workers}})


def asked(photo):
    return Asked(hashlib.sha256(photo).digest(), photo.decode(), lambda: photo)


def outcomes(queue, photos):
    wanted = {asked(photo).digest: photo for photo in photos}
    end = time.monotonic() + 60
    while len(done := queue.done(wanted)) < len(wanted):
        assert time.monotonic() < end, done
        queue.wait(0.2)
    return {wanted[digest].decode(): reason for digest, reason in done.items()}


def test_each_photo_gets_its_pictures_or_its_reason(shared_place, library):
    photos = [b"one", b"two", b"bad", b"kills", b"three", *(b"more %d" % at for at in range(10))]
    queue = library.queue()
    queue.put(asked(photo) for photo in photos)
    near = {asked(b"one").digest: lambda: b"another"}  # it was changed after it was read
    hands = Hands(settings_of(shared_place), near=near, maker=maker)
    hands.start()
    found = outcomes(queue, photos)
    hands.stop()
    assert found.pop("one") == "it changed while it was read, or the store gives it damaged (3 times)"
    assert found.pop("bad") == "a bad picture"
    assert found.pop("kills") == "the picture brings its decoder down (3 times)"
    assert set(found.values()) == {None}
    assert hands.made == len(found)
    assert [photo for photo, _ in queue.aside()] == ["kills", "one"]
    until(lambda: queue.hands() == 0)
    queue.close()


def test_hands_outlive_a_database_that_goes_away(shared_place):
    with Postgres() as server:
        place = type(shared_place)(server.fresh(), "postgresql", shared_place.access)
        library = open_library(place, create=True)
        queue = library.queue()
        hands = Hands(settings_of(place), maker=maker)
        hands.start()
        queue.put([asked(b"one")])
        assert outcomes(queue, [b"one"]) == {"one": None}
        server.stop(signal.SIGQUIT)
        server.start()
        queue.close()
        queue = library.queue()
        queue.put([asked(b"two")])
        assert outcomes(queue, [b"two"]) == {"two": None}
        hands.stop()
        queue.close()
        library.close()


def test_the_picture_is_what_the_sync_s_own_machine_would_make(shared_place, library):
    raw = a_photo("navy")
    digest = hashlib.sha256(raw).digest()
    queue = library.queue()
    queue.put([Asked(digest, "jane.jpg", lambda: raw)])
    hands = Hands(settings_of(shared_place))
    hands.start()
    end = time.monotonic() + 60
    while not queue.done([digest]) and time.monotonic() < end:
        queue.wait(0.2)
    hands.stop()
    queue.close()
    with library.batch() as batch:
        assert batch.adopt(digest)
        batch.put(Record(Person.of(uid="jane"), "photos", "jane.jpg", "1", 1, digest))
    assert library.portrait(digest).renditions == portrait(raw).renditions
