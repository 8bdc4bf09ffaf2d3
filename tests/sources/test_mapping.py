"""Entries become people: every name, the largest photo, and what is no name is left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.directory import Entry
from limner.settings import LdapSource
from limner.sources import Found, Loaded, Refused
from limner.sources.ldap.mapping import Mapping

GUID = bytes(range(16))


def mapping(directory: str = "ad", **settings: Any) -> Mapping:
    usual: dict[str, Any] = {"kind": "ldap", "servers": "ldaps://dc1", "base": "dc=acme", "directory": directory}
    return Mapping(LdapSource(**usual | settings))


def entry(dn: str = "CN=Jane Roe,OU=People,DC=acme", **attributes: Any) -> Entry:
    """Make an entry; texts become bytes, one value a list of one."""
    values = {"objectGUID": GUID} | attributes
    return Entry(
        dn,
        {
            name.lower(): [
                value.encode() if isinstance(value, str) else value
                for value in (given if isinstance(given, list) else [given])
            ]
            for name, given in values.items()
        },
    )


def read(found: Entry, kind: Mapping | None = None) -> tuple[Found, list[Refused]]:
    kind = kind or mapping()
    left_out: list[Refused] = []
    person = kind.found(found, left_out)
    assert isinstance(person, Found)
    return person, left_out


def test_every_name_of_a_person_in_active_directory() -> None:
    found, left_out = read(
        entry(
            mail="Jane.Roe@acme.example",
            proxyAddresses=["smtp:jroe@acme.example", "SMTP:jane.roe@acme.example", "X500:/o=Acme/cn=jane", "sip:j@x"],
            userPrincipalName="jane@corp.acme.example",
            sAMAccountName="JRoe",
            displayName="Jane Roe",
            cn="Roe, Jane",
            department="Sales",
            physicalDeliveryOfficeName="Berlin",
        )
    )
    assert found.person.mails == ("jane.roe@acme.example", "jroe@acme.example", "jane@corp.acme.example")
    assert found.person.uid == "jroe"
    assert found.person.dn == "cn=jane roe,ou=people,dc=acme"
    assert found.person.name == "Jane Roe"
    assert found.origin == "03020100-0504-0706-0809-0a0b0c0d0e0f"
    assert dict(found.attributes) == {"department": "Sales", "office": "Berlin"}
    assert left_out == []


def test_fifty_mails_are_fifty_mails() -> None:
    found, _ = read(entry(mail=[f"jane{number}@acme.example" for number in range(50)]))
    assert len(found.person.mails) == 50


def test_mails_beyond_ascii() -> None:
    found, _ = read(entry(mail=["Jürgen@straße.example", "zoë@acme.example"]))
    assert found.person.mails == ("jürgen@straße.example", "zoë@acme.example")


def test_what_is_no_mail_is_left_out_and_the_person_stays() -> None:
    found, left_out = read(entry(mail=["n/a", "jane@acme.example", " "], sAMAccountName="jane"))
    assert found.person.mails == ("jane@acme.example",)
    assert found.person.uid == "jane"
    assert [(each.harmless, "n/a" in each.reason) for each in left_out] == [(True, True)]


def test_a_name_that_is_not_a_text_is_left_out() -> None:
    found, _ = read(entry(sAMAccountName=b"\xff\xfe", mail="jane@acme.example"))
    assert found.person.uid is None


def test_an_entry_of_which_nothing_is_a_name_is_refused_and_keeps_what_it_has() -> None:
    kind = mapping()
    strange = entry(dn="1.2.3=#04024869")
    refused = kind.found(strange, [])
    assert isinstance(refused, Refused)
    assert refused.origin == "03020100-0504-0706-0809-0a0b0c0d0e0f"


def test_the_largest_photo_wins() -> None:
    """Exchange writes a copy of 64 pixels to thumbnailPhoto; whoever has a better one shows that."""
    small, large = b"\xff\xd8\xff" + bytes(500), b"\xff\xd8\xff" + bytes(5000)
    for attributes in (
        {"thumbnailPhoto": small, "jpegPhoto": large},
        {"thumbnailPhoto": large, "jpegPhoto": small},
        {"jpegPhoto": [small, large]},
    ):
        found, _ = read(entry(mail="j@acme.example", **attributes))
        assert found.photo == Loaded(large)


def test_a_picture_wins_over_a_larger_fax() -> None:
    found, _ = read(entry(mail="j@acme.example", photo=bytes(9000), jpegPhoto=b"\xff\xd8\xff small"))
    assert found.photo == Loaded(b"\xff\xd8\xff small")


def test_no_photo_and_an_empty_one_are_none() -> None:
    for attributes in ({}, {"jpegPhoto": b""}, {"jpegPhoto": []}):
        found, _ = read(entry(mail="j@acme.example", **attributes))
        assert found.photo is None
        assert found.version == ""


@given(st.binary(min_size=1), st.binary(min_size=1))
def test_the_version_is_that_of_the_photo(one: bytes, other: bytes) -> None:
    first, second = (read(entry(mail="j@acme.example", jpegPhoto=photo))[0].version for photo in (one, other))
    assert (first == second) == (one == other)


def test_settings_outrank_the_presets() -> None:
    kind = mapping(
        "openldap", photo="avatar", mail=["work"], uid=["login", "uid"], key="employeeNumber", attributes={"team": "ou"}
    )
    raw = entry(avatar=b"GIF8", work="a@acme.example", mail="b@acme.example", uid="u", employeeNumber="7", ou="X")
    found, _ = read(raw, kind)
    assert found.photo == Loaded(b"GIF8")
    assert found.person.mails == ("a@acme.example",)
    assert (found.person.uid, found.person.key) == ("u", "7")
    assert dict(found.attributes) == {"team": "X"}
    assert set(kind.attributes) == {
        *("entryUUID", "avatar", "work", "login", "uid", "employeeNumber", "displayName", "cn", "ou")
    }


def test_an_entry_uuid_is_its_origin() -> None:
    found, _ = read(entry(entryUUID="6b1b2c3d-0000-1111-2222-333344445555", mail="a@acme.example"), mapping("openldap"))
    assert found.origin == "6b1b2c3d-0000-1111-2222-333344445555"


def test_without_an_identifier_the_distinguished_name_is_the_origin() -> None:
    """Domino: what stays an entry's when it is renamed is not known."""
    found, _ = read(entry("CN=Jane Roe,OU=Sales,O=Acme", Photo=b"\xff\xd8\xff", mail="jane@acme"), mapping("domino"))
    assert found.origin == "cn=jane roe,ou=sales,o=acme"
    assert found.photo == Loaded(b"\xff\xd8\xff")


@pytest.mark.parametrize("value", [b"", b"short", b"not-hex-not-hex-not-hex-not-hex-nothe"])
def test_an_identifier_that_is_none(value: bytes) -> None:
    assert mapping("openldap").identity(entry(entryUUID=value)) is None
    assert mapping("ad").identity(entry(objectGUID=value)) is None
