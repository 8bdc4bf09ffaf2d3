"""Addresses of photos, written into a real slapd; `ldapsearch` and `ldapmodify` are the judges."""

from __future__ import annotations

from ldap_servers import Slapd, needs_slapd
from ldap_servers.slapd import PEOPLE
from limner.directory import Entry
from limner.people import Person
from limner.publish.known import Unseen
from limner.publish.photo_url import PhotoUrls
from limner.settings import PhotoUrl

from .scene import House, apply, dn, dry, rows

pytestmark = needs_slapd
ANN = f"cn=Än\\2Cn,{PEOPLE}"  # as slapd writes it


def test_only_what_differs_is_written(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    report = house.addresses()
    assert (sorted(report.added), report.replaced) == (sorted([ANN, dn("jane")]), [dn("joe")])
    assert report.unknown == 1
    after = rows(slapd.plain, PEOPLE)
    assert {line.partition(" photoURL: ")[2] for line in after - before} == {
        f"http://photos.example/{who}@acme.example.jpg" for who in ("jane", "joe", "ann")
    }
    assert {line.partition(" photoURL: ")[2] for line in before - after} == {"http://old/1", "http://old/2"}
    again = house.addresses()
    assert (again.added, again.replaced, again.unchanged, again.undo) == ([], [], 3, None)


def test_what_a_dry_run_shows_is_what_a_run_does(house: House, slapd: Slapd) -> None:
    before = rows(slapd.plain, PEOPLE)
    ldif, said = dry(house.addresses)
    assert rows(slapd.plain, PEOPLE) == before
    assert list((house.folder / "undo").glob("*.ldif")) == []
    apply(slapd.plain, ldif)
    by_ldapmodify = rows(slapd.plain, PEOPLE)
    done = house.addresses()
    assert rows(slapd.plain, PEOPLE) == by_ldapmodify
    assert (len(said.added), len(said.replaced), done.unchanged) == (2, 1, 3)


def test_of_several_addresses_the_first_that_the_library_knows_counts(house: House) -> None:
    """Any other one would show nobody."""
    house.has("jane", "red", mails=["roe@acme.example"])
    ldif, _ = dry(house.addresses)
    assert "http://photos.example/roe@acme.example.jpg" in ldif
    assert "jane@acme.example" not in ldif


def test_names_are_escaped_for_an_address(house: House, slapd: Slapd) -> None:
    slapd.change(dn("stranger"), mail="a&b/c?d#e@acme.example")
    house.has("x", "red", mails=["a&b/c?d#e@acme.example"])
    ldif, _ = dry(house.addresses)
    assert "photoURL: http://photos.example/a%26b%2Fc%3Fd%23e@acme.example.jpg" in ldif


def test_another_attribute_and_other_names(house: House, slapd: Slapd) -> None:
    house.has("jane", "red", uid="jane")
    report = house.addresses(table={"attribute": "labeledURI", "template": "https://p.example/u/{uid}?s=96"})
    assert report.added == [dn("jane")]
    assert {one.where for one in report.left_out} == {ANN, dn("joe")}
    assert f"dn: {dn('jane')} labeledURI: https://p.example/u/jane?s=96" in rows(slapd.plain, PEOPLE)


def test_its_own_addresses_are_those_of_any_name_and_of_no_other(house: House) -> None:
    """However many mail addresses somebody has."""
    made = PhotoUrls(PhotoUrl(kind="photo-url", template="http://p/{uid}/{mail}", servers="ldaps://x", base="dc=x"))
    mails = tuple(f"m{number}@acme.example" for number in range(30))
    unseen = Unseen(Entry("uid=x", {}), Person(mails=mails, uid="x"))
    assert made.own(unseen) == {f"http://p/x/{mail}".encode() for mail in mails}
    assert made.own(Unseen(Entry("uid=x", {}), Person(mails=mails))) == set()
