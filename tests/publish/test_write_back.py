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
from limner.publish.lock import BusyError
from limner.publish.write_back import Change, _Job

from .scene import House, apply, dn, dry, rows

pytestmark = needs_slapd


def undo_files(house: House) -> list[Path]:
    return list((house.folder / "undo").glob("*.ldif"))


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
    assert undo_files(house) == []
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
    assert undo_files(house) == []


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


def addresses_of(slapd: Slapd, who: str) -> set[str]:
    return {line.rpartition(": ")[2] for line in rows(slapd.plain, dn(who)) if " photoURL: " in line}


@pytest.mark.parametrize("why", ["hidden", "photo lost", "gone from the library"])
def test_limners_own_address_is_taken_back_and_can_be_undone(house: House, slapd: Slapd, why: str) -> None:
    """And no other value of the entry."""
    house.addresses()
    slapd.change(dn("jane"), photoURL=["http://photos.example/jane@acme.example.jpg", "http://theirs/"])
    before = rows(slapd.plain, PEOPLE)
    with house.library.batch() as batch:
        if why == "hidden":
            batch.hide([people.by_mail("jane@acme.example")], "insiders")
        else:
            batch.remove("photos", "jane")
    if why == "photo lost":
        house.has("jane", None)
    told, planned = dry(house.addresses)
    assert f"dn: {dn('jane')}\nchangetype: modify\nreplace: photoURL\nphotoURL: http://theirs/\n-\n" in told
    assert rows(slapd.plain, PEOPLE) == before
    report = house.addresses()
    assert report.removed == planned.removed == [dn("jane")]
    assert (report.unknown, report.left_out) == (1, [])
    assert addresses_of(slapd, "jane") == {"http://theirs/"}
    again = house.addresses()
    assert (again.removed, again.unchanged, len(again.left_out)) == ([], 2, 1 if why == "hidden" else 0)
    apply(slapd.plain, Path(report.undo or "").read_text())
    assert rows(slapd.plain, PEOPLE) == before


def test_an_address_that_limner_did_not_write_is_never_taken_back(house: House, slapd: Slapd) -> None:
    """Of another site, of another person, or of the stranger whom the library never knew."""
    slapd.change(dn("stranger"), photoURL=["http://photos.example/joe@acme.example.jpg", "http://other/x.jpg"])
    report = house.addresses()
    assert (report.removed, report.unknown) == ([], 1)
    assert len(addresses_of(slapd, "stranger")) == 2


def test_an_empty_library_takes_nothing_back_in_masses(house: House, slapd: Slapd) -> None:
    house.addresses()
    before = rows(slapd.plain, PEOPLE)
    with house.library.batch() as batch:
        for who in ("jane", "joe", "ann"):
            batch.remove("photos", who)
    with pytest.raises(PublishError, match=r"would replace or take back photoURL of 3 of 3 people \(100%; at most 10%"):
        house.addresses(table={"max_changes": 0.10})
    assert rows(slapd.plain, PEOPLE) == before


def test_who_changed_their_address_meanwhile_keeps_it(house: House, slapd: Slapd) -> None:
    house.addresses()
    with house.library.batch() as batch:
        batch.remove("photos", "jane")
    plan = _Job.plan

    def then_she_writes(job: _Job) -> list[Change]:
        planned = plan(job)
        slapd.change(dn("jane"), photoURL="http://theirs/")
        return planned

    with mock.patch.object(_Job, "plan", then_she_writes):
        report = house.addresses()
    assert report.removed == []
    assert [one.where for one in report.left_out] == [dn("jane")]
    assert "in the meantime" in report.left_out[0].reason
    assert addresses_of(slapd, "jane") == {"http://theirs/"}


def test_two_runs_of_one_table_do_not_overlap(house: House, slapd: Slapd) -> None:
    """But a dry run only looks."""
    seen: list[str] = []

    def meanwhile(place: Path) -> None:
        with pytest.raises(BusyError, match="is being published already"):
            house.addresses()
        seen.append(house.addresses(dry_run=True).name)

    report = house.addresses(announce=meanwhile)
    assert seen == [report.name]


def test_who_lies_below_two_bases_is_written_once(house: House) -> None:
    assert len(house.addresses(table={"base": [PEOPLE, SUFFIX]}).added) == 2


def test_progress_is_told(house: House) -> None:
    told = []
    house.addresses(tell=lambda what, done, of: told.append((what, done, of)))
    assert told[-1] == ("writing photo-url " + house.where["servers"], 3, 3)
    assert PASSWORD not in str(told)
