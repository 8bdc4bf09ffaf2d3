"""Where a person's photo may be."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import NameFormError
from limner.people import Person
from limner.sources.url import Places


def places(template: str) -> Places:
    return Places(template)


JANE = Person.of(mails=["Jane.Roe@acme.example", "jane@old.example"], uid="jroe", key="k/1")


@pytest.mark.parametrize(
    ("template", "addresses"),
    [
        ("https://p.example/{mail}.jpg", ["https://p.example/jane.roe@acme.example.jpg", "https://p.example/jane@old.example.jpg"]),
        ("https://p.example/{uid}.jpg", ["https://p.example/jroe.jpg"]),
        ("https://p.example/?k={key}", ["https://p.example/?k=k%2F1"]),
        ("https://p.example/{uid}/{mail}", ["https://p.example/jroe/jane.roe@acme.example", "https://p.example/jroe/jane@old.example"]),
    ],
)  # fmt: skip
def test_a_template_is_filled(template: str, addresses: list[str]) -> None:
    assert places(template).of(JANE) == addresses


def test_hashes_are_of_the_mail_in_normal_form() -> None:
    """Peers hashed addresses as they were written: mixed case was never found."""
    md5 = hashlib.md5(b"jane.roe@acme.example").hexdigest()
    sha256 = hashlib.sha256(b"jane.roe@acme.example").hexdigest()
    assert places("https://p.example/avatar/{md5}?d=404").of(JANE)[0] == f"https://p.example/avatar/{md5}?d=404"
    assert places("https://p.example/avatar/{sha256}").of(JANE)[0].endswith(sha256)


def test_who_has_not_the_name_has_no_address() -> None:
    assert places("https://p.example/{mail}.jpg").of(Person.of(uid="jroe")) == []
    assert places("https://p.example/{uid}.jpg").of(Person.of(mails=["jane@acme.example"])) == []


def test_not_more_than_ten_addresses_are_tried() -> None:
    many = Person.of(mails=[f"m{n}@acme.example" for n in range(50)])
    assert len(places("https://p.example/{mail}").of(many)) == 10


@given(st.text(min_size=1, max_size=40))
def test_a_name_cannot_lead_elsewhere(name: str) -> None:
    """Whatever somebody is called, host and depth of the address stay, and the name is read back as it is."""
    try:
        person = Person.of(uid=name)
    except NameFormError:
        return
    if name in (".", ".."):
        assert places("https://p.example/u/{uid}.jpg").of(person) == []
        return
    (address,) = places("https://p.example/u/{uid}.jpg").of(person)
    split = urlsplit(address)
    assert (split.scheme, split.netloc, split.query, split.fragment) == ("https", "p.example", "", "")
    assert split.path.count("/") == 2
    assert unquote(split.path) == f"/u/{person.uid}.jpg"
