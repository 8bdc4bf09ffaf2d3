"""Whom the library knows of an entry: one person or nobody, and never somebody who is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner import people
from limner.directory import Entry
from limner.publish.known import Known, Unseen, look_up
from limner.publish.report import LeftOut
from limner.settings import PhotoUrl
from limner.sources.ldap.names import Names

from .scene import House

NAMES = Names(PhotoUrl(kind="photo-url", servers="ldaps://x", base="dc=acme", template="http://x/{mail}"))


def look(
    house: House, *mails: str, uid: str = "nobody", dn: str = "uid=jane,dc=acme"
) -> Known | Unseen | LeftOut | None:
    values = {"mail": [mail.encode() for mail in mails], "uid": [uid.encode()]}
    return look_up(Entry(dn, values), NAMES, house.library)


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.has("jane", "red", uid="jroe")
    house.has("joe", "blue")
    house.has("faceless", None)
    return house


def test_any_name_leads_to_the_person_and_only_those_that_do_are_kept(house: House) -> None:
    found = look(house, "other@acme.example", "JANE@acme.example", uid="JRoe")
    assert isinstance(found, Known)
    assert found.person.mails == ("jane@acme.example",)
    assert (found.person.uid, found.person.dn) == ("jroe", None)
    assert found.origin == "uid=jane,dc=acme"


def test_strangers_and_those_without_a_photo_are_not_known(house: House) -> None:
    """What they are called is kept, with names that nobody has: an address may have been made of any of them."""
    for mail in ("zoe@acme.example", "faceless@acme.example"):
        found = look(house, mail, "no mail")
        assert isinstance(found, Unseen)
        assert (found.person.mails, found.person.uid, found.hidden) == ((mail,), "nobody", None)
    assert look(house, dn="") is None


def test_names_of_two_people_are_nobodys(house: House) -> None:
    found = look(house, "jane@acme.example", "joe@acme.example")
    assert isinstance(found, LeftOut)
    assert "jane@acme.example and joe@acme.example" in found.reason


@pytest.mark.parametrize("shown_to", ["insiders", "nobody"])
def test_who_is_hidden_is_unseen(house: House, shown_to: str) -> None:
    with house.library.batch() as batch:
        batch.hide([people.by_mail("jane@acme.example")], shown_to)
    found = look(house, "jane@acme.example")
    assert isinstance(found, Unseen)
    assert f"shown to {shown_to}" in str(found.hidden)
