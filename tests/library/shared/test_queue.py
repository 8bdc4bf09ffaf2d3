"""The queue of pictures as its sync sees it; over pictures in the database and in the store."""

import hashlib

import pytest
from tests.library.samples import a_portrait, a_record
from tests.web.house import until

from limner.library import open_library
from limner.library.engine import Asked
from limner.library.shared.hand import Hand
from limner.library.shared.link import Link
from limner.library.shared.shelf import open_shelf
from limner.picture import RECIPE
from shared_servers import needs_postgres, needs_store

pytestmark = needs_postgres


@pytest.fixture(params=["shared_place", pytest.param("s3_place", marks=needs_store)])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def library(place):
    library = open_library(place, create=True)
    yield library
    library.close()


@pytest.fixture
def queue(library):
    queue = library.queue()
    yield queue
    queue.close()


@pytest.fixture
def hand(place, library):
    hand = Hand(place)
    yield hand
    hand.close()


def asked(photo=b"a photo", called="jane.jpg"):
    return Asked(hashlib.sha256(photo).digest(), called, lambda: photo)


def fail_after(done):
    assert done
    raise ZeroDivisionError


def objects(place):
    """Give all places that the database knows of, in the queue and in the library."""
    link = Link(place, readonly=True)
    rows = link.read(
        lambda connection: connection.execute(
            "select place from limner.work union select made from limner.work where made is not null "
            "union select place from limner.pictures union select place from limner.leftovers"
        ).fetchall()
    )
    link.close()
    return {each for (each,) in rows}


def test_pictures_made_elsewhere_become_the_library_s_in_the_batch_that_shows_them(place, library, queue, hand):
    photo = asked()
    queue.put([photo])
    assert queue.done([photo.digest]) == {}
    work = hand.take()
    assert (work.digest, work.tries) == (photo.digest, 1)
    assert hand.original(work) == b"a photo"
    assert hand.take() is None, "it is in hand"
    portrait = a_portrait("jane")
    hand.made(work, portrait.renditions)
    assert queue.done([photo.digest]) == {photo.digest: None}
    with library.batch() as batch:
        assert not batch.adopt(b"x" * 32)
        assert batch.adopt(photo.digest)
        assert batch.has_picture(photo.digest, RECIPE)
        batch.put(a_record("jane", "jane", digest=photo.digest))
    assert library.portrait(photo.digest).renditions == portrait.renditions
    assert list(library.check()) == []
    assert len(objects(place)) == 1, "the original is gone from the store, and nothing is left over"
    link = Link(place)
    shelf = open_shelf(place, link)
    assert shelf.get(work.place) is None
    shelf.close()
    link.close()


def test_a_batch_that_fails_leaves_them_in_the_queue_and_one_that_shows_them_to_nobody_drops_them(
    place, library, queue, hand
):
    photo = asked()
    queue.put([photo])
    hand.made(hand.take(), a_portrait("jane").renditions)
    with pytest.raises(ZeroDivisionError), library.batch() as batch:
        fail_after(batch.adopt(photo.digest))
    assert queue.done([photo.digest]) == {photo.digest: None}
    with library.batch() as batch:
        assert batch.adopt(photo.digest)
    assert not library.has_picture(photo.digest)
    assert queue.done([photo.digest]) == {photo.digest: ""}
    assert objects(place) == set()


def test_what_is_in_the_queue_is_not_put_again_and_what_was_refused_is_tried_anew(library, queue, hand):
    photo = asked()
    queue.put([photo, photo])
    queue.put([photo])
    work = hand.take()
    assert hand.take() is None
    hand.refuse(work, "it is a cat")
    assert queue.done([photo.digest]) == {photo.digest: "it is a cat"}
    queue.put([photo])
    assert queue.done([photo.digest]) == {}
    assert hand.take().tries == 1


def test_hands_are_counted_while_they_live(place, library, queue, hand):
    until(lambda: queue.hands() == 0)  # the server may be about to notice that an earlier test's hands are gone
    hand.take()
    other = Hand(place)
    other.take()
    assert queue.hands() == 2
    other.close()
    until(lambda: queue.hands() == 1)


def test_what_nobody_asked_for_in_a_day_is_forgotten(place, library, queue, hand):
    queue.put([asked()])
    queue.tidy()
    assert queue.done([asked().digest]) == {}
    link = Link(place)
    link.open().execute("update limner.work set since = now() - interval '25 hours'")
    link.close()
    queue.tidy()
    assert queue.done([asked().digest]) == {asked().digest: ""}
    with library.batch() as batch:
        batch.put(a_record("jane", "jane"), a_portrait("jane"))
