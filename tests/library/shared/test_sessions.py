"""Whoever signs in at one door is signed in at all, and whoever signs out is signed out."""

import time

import pytest

from limner.library import open_library
from limner.library.shared.link import Link
from limner.library.shared.sessions import Sessions
from limner.oidc import Keybox
from limner.oidc.keybox import DAY, KEY
from shared_servers import needs_postgres

pytestmark = needs_postgres
NOW = time.time()


@pytest.fixture
def library(shared_place):
    library = open_library(shared_place, create=True)
    yield library
    library.close()


@pytest.fixture
def door(library, shared_place, tmp_path):
    links = []

    def make(name):
        links.append(Link(shared_place))
        return Sessions(library, links[-1]), Keybox(tmp_path / f"{name}.json", 3600)

    yield make
    for link in links:
        link.close()


def test_a_key_of_one_door_proves_what_it_signed_at_the_others(door):
    (one, mine), (two, theirs) = door("one"), door("two")
    kid, _ = mine.key(NOW)
    one.exchange(mine, NOW)
    two.exchange(theirs, NOW)
    assert theirs.secret(kid) == mine.secret(kid)
    assert theirs.key(NOW)[0] == kid, "and they sign with it, too"


def test_doors_that_began_without_the_database_come_to_hold_the_same_keys(door):
    (one, mine), (two, theirs) = door("one"), door("two")
    kids = {mine.key(NOW)[0], theirs.key(NOW + 1)[0]}
    for _ in range(2):
        one.exchange(mine, NOW + 2)
        two.exchange(theirs, NOW + 2)
    assert {kid for kid in kids if mine.secret(kid) and theirs.secret(kid)} == kids
    assert mine.key(NOW + 2)[0] == theirs.key(NOW + 2)[0]


def test_whoever_signs_out_at_one_door_is_out_at_all_until_the_session_would_have_ended(door, library, shared_place):
    (one, mine), (two, theirs) = door("one"), door("two")
    mine.revoke("abc", NOW + 60, NOW)
    one.exchange(mine, NOW)
    two.exchange(theirs, NOW)
    assert theirs.is_revoked("abc")
    three, box = door("three")
    three.exchange(box, NOW + 61)
    assert not box.is_revoked("abc"), "it is over by itself"


def test_nothing_is_written_where_there_is_nothing_new(door, library, shared_place):
    (one, mine), (two, theirs) = door("one"), door("two")
    mine.key(NOW)
    one.exchange(mine, NOW)
    two.exchange(theirs, NOW)
    one.exchange(mine, NOW)
    position, changes = one._position, theirs.changes
    for _ in range(3):
        one.exchange(mine, NOW)
        two.exchange(theirs, NOW)
    assert (one._position, theirs.changes) == (position, changes)


def test_a_key_of_a_clock_that_is_far_ahead_is_not_taken_up(door):
    (one, mine), (two, theirs) = door("one"), door("two")
    kid, _ = mine.key(NOW + 2 * DAY)
    one.exchange(mine, NOW + 2 * DAY)
    two.exchange(theirs, NOW)
    assert theirs.secret(kid) is None
    assert (KEY, kid) in mine.told(NOW + 2 * DAY)
