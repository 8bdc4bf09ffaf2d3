"""Changes by DirSync, from a real Active Directory (Samba)."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest

from ldap_servers import DomainController, needs_samba
from ldap_servers.samba import PEOPLE
from limner.sources.ldap.presets import filetime
from limner.sources.ldap.state import read as read_state

from .ad_scene import Unit
from .ldap_scene import FACE, Reader

pytestmark = [needs_samba, pytest.mark.root]


@pytest.fixture
def unit(controller: DomainController, tmp_path: Path, request: pytest.FixtureRequest) -> Unit:
    return Unit(controller, f"d{abs(hash(request.node.name)) % 10**8}", tmp_path)


@pytest.fixture
def source(unit: Unit) -> Reader:
    return unit.reader(administrator=True)


def way(source: Reader) -> str:
    state = read_state(source.state)
    assert state is not None
    return state.way


def test_everybody_then_changes_alone(unit: Unit, source: Reader) -> None:
    before = source.changes()
    assert before.names == unit.uids("ann", "jane", "joe")
    assert before.reading.whole
    assert before.reading.note is None
    assert way(source) == "dirsync"
    nothing = source.changes()
    assert (nothing.names, nothing.gone, nothing.reading.whole) == ([], [], False)

    unit.change("jane", thumbnailPhoto=FACE + b"new")
    unit.add("new")
    unit.controller.delete(unit.where("joe"))
    after = source.changes()
    assert after.names == unit.uids("jane", "new")
    assert after.photo(unit.uid("jane")) == FACE + b"new"
    assert after.gone == [before.found[unit.uid("joe")].origin]
    assert source.changes().names == []


def test_names_are_all_of_them(unit: Unit, source: Reader) -> None:
    jane = source.changes().found[unit.uid("jane")]
    uid = unit.uid("jane")
    assert jane.person.mails == (f"{uid}@acme.example", "jr@acme.example", "jroe@acme.example")
    assert jane.person.dn == unit.where("jane").lower()


def test_a_photo_that_is_taken_away(unit: Unit, source: Reader) -> None:
    source.changes()
    unit.change("jane", thumbnailPhoto=[])
    assert source.changes().photo(unit.uid("jane")) is None


def test_disabled_and_enabled_again(unit: Unit, source: Reader) -> None:
    before = source.changes()
    unit.change("jane", userAccountControl="546")
    assert source.changes().gone == [before.found[unit.uid("jane")].origin]
    unit.change("jane", userAccountControl="544")
    assert source.changes().names == unit.uids("jane")


def test_an_account_that_expires_while_nothing_changes(unit: Unit, source: Reader) -> None:
    before = source.changes()
    unit.change("joe", accountExpires=str(filetime(time.time() + 1.5)))
    assert source.changes().names == unit.uids("joe")
    time.sleep(2)  # what is waited for is the clock itself
    after = source.changes()
    assert (after.names, after.gone) == ([], [before.found[unit.uid("joe")].origin])


def test_moved_out_and_back(unit: Unit, source: Reader) -> None:
    before = source.changes()
    away = f"CN={unit.uid('ann')},{PEOPLE}"
    unit.controller.move(unit.where("ann"), away)
    assert source.changes().gone == [before.found[unit.uid("ann")].origin]
    unit.controller.move(away, unit.where("ann"))
    assert source.changes().names == unit.uids("ann")


def test_what_is_not_asked_for_is_no_change(unit: Unit, source: Reader) -> None:
    source.changes()
    unit.change("jane", telephoneNumber="42")
    assert source.changes().names == []


def test_a_cookie_that_is_refused_means_everybody(unit: Unit, source: Reader) -> None:
    source.changes()
    state = read_state(source.state)
    assert state is not None
    for context in state.marks:
        state.marks[context] = base64.b64encode(b"a cookie of another kind").decode()
    source.state = state.written()
    again = source.changes()
    assert again.reading.whole
    assert again.names == unit.uids("ann", "jane", "joe")
    assert "everybody was read" in str(again.reading.note)
    assert source.changes().reading.whole is False


def test_without_the_right_to_it_changes_are_found_by_comparing(unit: Unit) -> None:
    source = unit.reader()
    before = source.changes()
    assert before.names == unit.uids("ann", "jane", "joe")
    assert "Replicating Directory Changes" in str(before.reading.note)
    assert way(source) == "usn"
    assert source.changes().reading.note is None


def test_a_filter_that_asks_for_groups_is_not_left_to_dirsync(unit: Unit) -> None:
    group = f"CN=g-{unit.name},{unit.dn}"
    unit.controller.add(f"dn: {group}\nobjectClass: group\nsAMAccountName: g-{unit.name}\n\n")
    unit.controller.change(group, member=[unit.where("jane")])
    source = unit.reader(administrator=True, filter=f"(memberOf={group})")
    before = source.changes()
    assert before.names == unit.uids("jane")
    assert before.reading.note is None
    unit.controller.change(group, member=[unit.where("joe")])
    after = source.changes()
    assert after.names == unit.uids("joe")
    assert after.gone == [before.found[unit.uid("jane")].origin]
