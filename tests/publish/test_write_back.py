"""Writing into a directory: guarded, undone, and clear about how far it came."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from ldap_servers import Cutter, Slapd, needs_slapd
from ldap_servers.slapd import PASSWORD, PEOPLE, SUFFIX, ldif, person
from limner import people
from limner.directory import Directory
from limner.errors import DirectoryError, PublishError

from .scene import House, apply, dn, rows

pytestmark = needs_slapd


def test_the_undo_file_gives_the_original_back(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    seen = []
    report = house.addresses(announce=lambda place: seen.append((place, rows(slapd.plain, PEOPLE) == before)))
    assert report.undo is not None
    assert seen == [(Path(report.undo), True)], "it is there before the first change"
    assert rows(slapd.plain, PEOPLE) != before
    apply(slapd.plain, Path(report.undo).read_text())
    assert rows(slapd.plain, PEOPLE) == before
    apply(slapd.plain, Path(report.undo).read_text())
    assert rows(slapd.plain, PEOPLE) == before, "twice does no harm"


def test_a_mass_change_stops_before_anything_is_written(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    with pytest.raises(PublishError, match=r"replace photoURL of 1 of 3 people \(33%; at most 10% are") as caught:
        house.addresses(table={"max_changes": 0.10})
    assert caught.value.hint is not None
    assert "--max-changes 34%" in caught.value.hint
    assert rows(slapd.plain, PEOPLE) == before
    assert not (house.folder / "undo").exists()
    assert house.addresses(max_changes=0.34).failed is None


def test_a_directory_that_is_read_only_is_left_alone_after_a_few(house: House, slapd: Slapd, tmp_path: Path) -> None:
    for who in "abcdefgh":
        slapd.add(person(who, mail=f"{who}@acme.example"))
        house.has(who, "red")
    slapd.add(person("reader", userPassword="only reads"))
    secret = tmp_path / "reader"
    secret.write_text("only reads")
    secret.chmod(0o600)
    before = rows(slapd.plain, PEOPLE)
    report = house.addresses(table={"user": dn("reader"), "password_file": secret})
    assert rows(slapd.plain, PEOPLE) == before
    assert len(report.refused) == 5
    assert report.failed is not None
    assert "the account may not do this" in report.failed
    assert "0 of 11 entries were written, then it was given up" in report.failed


def test_an_entry_that_is_refused_stops_nobody_else(house: House, slapd: Slapd) -> None:
    """Its object class does not take the attribute."""
    plain = {"objectClass": ["inetOrgPerson"], "uid": "plain", "cn": "p", "sn": "p", "mail": "plain@acme.example"}
    slapd.add(ldif(dn("plain"), plain))
    house.has("plain", "red")
    report = house.addresses()
    assert [one.where for one in report.refused] == [dn("plain")]
    assert "object class does not take the attribute" in report.refused[0].reason
    assert len(report.added) + len(report.replaced) == 3
    assert report.failed is None


def test_a_server_that_dies_half_way_leaves_what_the_undo_file_takes_back(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    modify = Directory.modify

    def once(directory: Directory, *what: object) -> None:
        modify(directory, *what)  # type: ignore[arg-type]
        slapd.stop()

    with mock.patch.object(Directory, "modify", once):
        report = house.addresses()
    slapd._start()
    assert report.failed is not None
    assert "1 of 3 entries were written, then it was given up" in report.failed
    assert len(report.added) + len(report.replaced) == 1
    assert len(rows(slapd.plain, PEOPLE) - before) == 1
    assert report.undo is not None
    apply(slapd.plain, Path(report.undo).read_text())
    assert rows(slapd.plain, PEOPLE) == before


def test_a_server_that_dies_while_it_is_read_changes_nothing(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    with Cutter(slapd.port, after=600) as proxy, pytest.raises(DirectoryError):
        house.addresses(table={"servers": f"ldap://127.0.0.1:{proxy.port}", "starttls": False})
    assert rows(slapd.plain, PEOPLE) == before
    assert not (house.folder / "undo").exists()


def test_who_has_got_a_photo_in_the_meantime_keeps_it(house: House, slapd: Slapd) -> None:
    """Somebody else writes while the plan is made."""
    theirs = b"\xff\xd8theirs"

    def meanwhile(what: str, done: int, of: int | None) -> None:
        if what.startswith("undo file") and done == 1:
            slapd.change(dn("jane"), jpegPhoto=theirs)
            slapd.change(f"cn=Än\\,n,{PEOPLE}", jpegPhoto=theirs)

    report = house.pictures(tell=meanwhile)
    assert len(report.added) == 1
    assert len(report.left_out) == 1
    assert "in the meantime" in report.left_out[0].reason


def test_who_is_hidden_is_left_out(house: House) -> None:
    with house.library.batch() as batch:
        batch.hide([people.by_mail("jane@acme.example")], "nobody")
    report = house.addresses()
    assert dn("jane") not in report.added
    assert [one.where for one in report.left_out] == [dn("jane")]


def test_who_lies_below_two_bases_is_written_once(house: House) -> None:
    assert len(house.addresses(table={"base": [PEOPLE, SUFFIX]}).added) == 2


def test_progress_is_told(house: House) -> None:
    told = []
    house.addresses(tell=lambda what, done, of: told.append((what, done, of)))
    assert told[-1] == ("writing photo-url " + house.where["servers"], 3, 3)
    assert PASSWORD not in str(told)
