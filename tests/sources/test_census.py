"""Changes by comparing: an Active Directory (Samba) for an account without special rights.

tests/sources/test_ldap.py does the same with OpenLDAP.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ldap_servers import DomainController, needs_samba
from ldap_servers.samba import PEOPLE
from limner.sources.ldap.presets import filetime

from .ad_scene import Unit
from .ldap_scene import FACE

pytestmark = [needs_samba, pytest.mark.root]


@pytest.fixture
def unit(controller: DomainController, tmp_path: Path, request: pytest.FixtureRequest) -> Unit:
    return Unit(controller, f"c{abs(hash(request.node.name)) % 10**8}", tmp_path)


def test_everybody_then_changes_alone(unit: Unit) -> None:
    source = unit.reader(page_size=2)
    before = source.changes()
    assert before.names == unit.uids("ann", "jane", "joe")
    assert before.photo(unit.uid("ann")) == FACE + b"ann"
    assert dict(before.found[unit.uid("joe")].attributes) == {"department": "Sales"}
    nothing = source.changes()
    assert (nothing.names, nothing.gone, nothing.reading.whole) == ([], [], False)

    unit.change("jane", thumbnailPhoto=FACE + b"new")
    unit.add("new")
    unit.controller.delete(unit.where("joe"))
    unit.controller.move(unit.where("ann"), f"CN={unit.uid('ann')},{PEOPLE}")
    after = source.changes()
    assert after.names == unit.uids("jane", "new")
    assert sorted(after.gone) == sorted(before.found[uid].origin for uid in unit.uids("joe", "ann"))
    assert not after.reading.whole


def test_disabled_accounts_are_out_and_expired_ones(unit: Unit) -> None:
    source = unit.reader()
    before = source.changes()
    unit.change("jane", userAccountControl="546")
    unit.change("joe", accountExpires=str(filetime(time.time() - 60)))
    after = source.changes()
    assert sorted(after.gone) == sorted(before.found[uid].origin for uid in unit.uids("jane", "joe"))
    assert unit.reader().changes().names == unit.uids("ann")
    assert unit.reader(disabled=True).changes().names == unit.uids("ann", "jane", "joe")


def test_an_account_that_expires_while_nothing_changes(unit: Unit) -> None:
    source = unit.reader()
    unit.change("joe", accountExpires=str(filetime(time.time() + 1.5)))
    before = source.changes()
    assert unit.uid("joe") in before.names
    time.sleep(2)  # what is waited for is the clock itself
    assert source.changes().gone == [before.found[unit.uid("joe")].origin]


def test_another_controller_counts_by_itself_so_everybody_is_read(unit: Unit, tmp_path: Path) -> None:
    """Numbers of one controller say nothing about another's: what it has by the same number may be anything."""
    source = unit.reader()
    source.changes()
    other = DomainController(2)
    try:
        twin = Unit(other, unit.name, tmp_path)
        moved = twin.reader()
        moved.state = source.state
        # a copy of the same database would have the same invocationId; a new incarnation gets one when it starts
        state = moved.state.replace('"server": "', '"server": "ff')
        moved.state = state
        read = moved.changes()
    finally:
        other.close()
    assert read.reading.whole
    assert read.names == unit.uids("ann", "jane", "joe")
    assert "another server answered" in str(read.reading.note)


def test_plain_ldap_is_upgraded_and_a_sign_in_without_encryption_is_refused_by_the_server(unit: Unit) -> None:
    plain = unit.controller.plain
    assert unit.reader(servers=plain).changes().names == unit.uids("ann", "jane", "joe")
    with pytest.raises(Exception, match="asks for an encrypted connection"):
        unit.reader(servers=plain, starttls=False).changes()


def test_active_directory_says_why_a_sign_in_failed(unit: Unit, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("guess")
    (tmp_path / "wrong").chmod(0o600)
    with pytest.raises(Exception, match="the password is wrong"):
        unit.reader(password_file=tmp_path / "wrong").changes()


def test_active_directory_wants_a_sign_in(unit: Unit) -> None:
    with pytest.raises(Exception, match="wants a sign-in first"):
        unit.reader(user="", password_file=None).changes()
