"""A hand that is gone gives its work back, without anybody's clock; what kills three of them is set aside."""

import hashlib
import signal
import subprocess
import sys

import pytest
from tests.library.samples import a_portrait

from limner.library import open_library
from limner.library.engine import Asked
from limner.library.shared.hand import TRIES, Hand
from limner.library.shared.link import Link
from limner.library.shared.shelf import open_shelf
from shared_servers import needs_postgres

pytestmark = needs_postgres
PHOTO = b"a photo"
DIGEST = hashlib.sha256(PHOTO).digest()
DIES = """
import os, signal, sys
from limner.library.shared.hand import Hand
from limner.settings import Shared, SharedPlace
assert Hand(SharedPlace(sys.argv[1], "postgresql", Shared())).take() is not None
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def queue(shared_place):
    library = open_library(shared_place, create=True)
    queue = library.queue()
    queue.put([Asked(DIGEST, "jane.jpg", lambda: PHOTO)])
    yield queue
    queue.close()
    library.close()


@pytest.fixture
def hand(shared_place, queue):
    hand = Hand(shared_place)
    yield hand
    hand.close()


def let_one_die(place):
    run = subprocess.run([sys.executable, "-c", DIES, place.url], capture_output=True, text=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr


def take(hand):
    """Take work as soon as the server has noticed that whoever had it is gone."""
    for _ in range(100):
        work = hand.take()
        if work is not None or hand_is_done(hand):
            return work
        hand.wait(0.05)
    raise AssertionError


def hand_is_done(hand):
    row = hand._open().execute("select count(*) from limner.work where state = 0").fetchone()
    return row[0] == 0


def test_a_hand_that_is_killed_gives_back_what_it_had(shared_place, queue, hand):
    let_one_die(shared_place)
    work = take(hand)
    assert (work.digest, work.tries) == (DIGEST, 2)
    hand.made(work, a_portrait("jane").renditions)
    assert queue.done([DIGEST]) == {DIGEST: None}


def test_a_photo_of_which_three_died_is_set_aside_and_named_until_it_is_to_be_tried_again(shared_place, queue, hand):
    for died in range(1, TRIES + 1):
        let_one_die(shared_place)
        if died < TRIES:
            hand.put_back(take(hand))
    assert take(hand) is None
    reason = "3 workers died while they made its pictures"
    assert queue.done([DIGEST]) == {DIGEST: reason}
    assert queue.aside() == [("jane.jpg", reason)]
    queue.put([Asked(DIGEST, "jane.jpg", lambda: PHOTO)])
    assert hand.take() is None
    queue.try_again()
    assert queue.aside() == []
    queue.put([Asked(DIGEST, "jane.jpg", lambda: PHOTO)])
    assert hand.take().tries == 1


def test_a_photo_that_fails_three_times_is_set_aside(queue, hand):
    for expected in range(1, TRIES + 1):
        work = hand.take()
        assert work.tries == expected
        hand.fail(work, "the picture brings its decoder down")
    assert hand.take() is None
    assert queue.aside() == [("jane.jpg", "the picture brings its decoder down (3 times)")]


def test_work_whose_original_is_lost_is_dropped_and_may_be_asked_for_again(shared_place, queue, hand):
    work = hand.take()
    link = Link(shared_place)
    shelf = open_shelf(shared_place, link)
    shelf.delete(link.open(), [work.place])
    shelf.close()
    link.close()
    assert hand.original(work) is None
    assert queue.done([DIGEST]) == {DIGEST: ""}
    queue.put([Asked(DIGEST, "jane.jpg", lambda: PHOTO)])
    assert hand.original(hand.take()) == PHOTO


def test_what_comes_too_late_is_not_taken(shared_place, queue, hand):
    """A hand whose connection broke is none any more; another has its work by then."""
    work = hand.take()
    other = Hand(shared_place)
    hand._link.close()
    again = take(other)
    assert again.digest == DIGEST
    hand.made(work, a_portrait("jane").renditions)
    assert queue.done([DIGEST]) == {}
    other.made(again, a_portrait("joe").renditions)
    assert queue.done([DIGEST]) == {DIGEST: None}
    other.close()
