"""Passes of a shared library: issued on one machine they open faces on all, and taken back on one on none."""

import time

import pytest

from limner.library import open_library, open_register
from limner.library.shared.link import Link
from limner.library.shared.register import pull
from limner.passes import Clients, Issued, Keys, PassError, Register, RegisterError, Verifier
from limner.settings import SharedPlace
from shared_servers import needs_postgres

pytestmark = needs_postgres


@pytest.fixture
def place(shared_place):
    open_library(shared_place, create=True).close()
    return shared_place


@pytest.fixture
def on(place, tmp_path):
    """Opens the register as a machine of this name has it."""
    opened = []

    def make(name):
        opened.append(open_register(place, tmp_path / f"{name}.secrets", create=True))
        return opened[-1]

    yield make
    for register in opened:
        register.close()


def follow(place, tmp_path, name):
    """Do what a door's follower does, and give the register as the door reads it."""
    register = Register(tmp_path / f"{name}.secrets", create=True)
    link = Link(place, readonly=True)
    assert pull(register, link) is False
    link.close()
    return register


def end(place, pid):
    link = Link(place)
    link.open().execute("select pg_terminate_backend(%s)", (pid,))
    link.close()


def _revoke_all(connection, place, pid):
    connection.execute("update passes set revoked = 1")
    end(place, pid)


def issue(register, room="board"):
    return Issued(register).issue(room, ["jane@example.com"], 3600, issuer="test", now=time.time())


def counts(register, token):
    said = Verifier(Keys(register).secrets()).read(token.encode(), time.time())
    found = Issued(register).find(said.id) if said else None
    return found is not None and found.state(time.time()) == "valid"


def test_what_one_machine_issues_all_take_and_what_one_revokes_none_takes(on, place, tmp_path):
    one, two = on("one"), on("two")
    made, token = issue(one)
    door = follow(place, tmp_path, "door")
    assert counts(door, token)
    assert Issued(two).revoke(now=time.time(), number=made.id)[0].id == made.id, "it knows of it as soon as it writes"
    before = door.changes()
    link = Link(place, readonly=True)
    pull(door, link)
    assert not counts(door, token)
    assert door.changes() > before, "verdicts from before do not stand"
    link.close()
    door.close()


def test_both_sign_with_the_same_key_and_a_dropped_one_proves_nothing_anywhere(on, place, tmp_path):
    one, two = on("one"), on("two")
    _, first = issue(one)
    _, second = issue(two)
    (key,) = Keys(two).all(time.time())
    assert key.passes == 2
    Keys(one).drop(key.kid)
    door = follow(place, tmp_path, "door")
    assert not counts(door, first)
    assert not counts(door, second)
    assert Keys(door).secrets() == []
    door.close()


def test_clients_are_everybody_s_and_the_rate_is_of_all_machines_together(on, place, tmp_path):
    one, two = on("one"), on("two")
    secret = Clients(one).add("meetings", time.time())
    door = follow(place, tmp_path, "door")
    assert Clients(door).known(secret) == "meetings"
    door.close()
    now = time.time()
    for register in (one, two):
        Issued(register).issue("r", ["jane@example.com"], 60, issuer="meetings", now=now, per_minute=2)
    with pytest.raises(PassError):
        Issued(one).issue("r", ["jane@example.com"], 60, issuer="meetings", now=now, per_minute=2)
    Clients(two).remove("meetings")
    door = follow(place, tmp_path, "door")
    assert Clients(door).known(secret) is None
    door.close()


def test_passes_from_before_the_library_was_shared_become_everybody_s(place, on, tmp_path):
    old = Register(tmp_path / "one.secrets", create=True)
    _, token = issue(old)
    link = Link(place, readonly=True)
    assert pull(old, link) is True, "it has rows that nobody else knows"
    link.close()
    old.close()
    on("one")
    door = follow(place, tmp_path, "door")
    assert counts(door, token)
    door.close()


def test_what_the_database_does_not_take_the_file_does_not_take(on, place, tmp_path):
    one = on("one")
    made, _ = issue(one)
    writing = one._library._writing.open()
    with pytest.raises(RegisterError, match="shared by many machines"), one.writing() as connection:
        _revoke_all(connection, place, writing.info.backend_pid)
    assert Issued(one).find(made.id).revoked is None
    assert Issued(on("two")).find(made.id).revoked is None


def test_a_machine_that_cannot_reach_the_database_issues_nothing(place, tmp_path):
    away = SharedPlace("postgresql://limner@127.0.0.1:1/photos", "postgresql", place.access)
    with pytest.raises(RegisterError, match="does not answer"):
        open_register(away, tmp_path / "one.secrets", create=True)


def test_a_register_of_another_library_is_taken_over_whole(on, place, tmp_path):
    """What the library does not know counts no more: it may have been taken back there."""
    one = on("one")
    _, token = issue(one)
    link = Link(place)
    link.open().execute("update limner.state set identity = 'another'")
    link.open().execute("delete from limner.agreed")
    door = Register(tmp_path / "one.secrets")
    assert pull(door, link) is False
    assert not counts(door, token)
    door.close()
    link.close()
