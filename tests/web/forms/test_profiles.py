"""`/profiles/photo.do?...`."""

import hashlib

import pytest

from limner import people
from limner.settings import Settings
from limner.web.forms import profiles
from limner.web.target import parse

read = profiles.reader(Settings())
MD5 = hashlib.md5(b"jane@example.com").hexdigest()


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("email=Jane%40example.com", people.by_mail("jane@example.com")),
        ("uid=JRoe", people.by_uid("jroe")),
        ("userid=4711-ABC", people.by_key("4711-abc")),
        ("key=4711-abc&lastMod=1204662695516", people.by_key("4711-abc")),
        (f"mcode={MD5.upper()}", people.by_hash(MD5)),
        ("distinguishedName=CN%3DJane%20Roe%2CO%3DAcme", people.by_dn("cn=jane roe,o=acme")),
        ("DISTINGUISHEDNAME=CN%3DJane+Roe/O%3DAcme", people.by_dn("cn=jane roe,o=acme")),
    ],
)
def test_each_parameter_leads_to_its_key(query, key):
    assert read(parse(f"/profiles/photo.do?{query}".encode())).keys[0] == key


def test_no_parameter_is_nobody():
    assert read(parse(b"/profiles/photo.do")).keys == ()
    assert read(parse(b"/profiles/photo.do?email=x&mcode=12")).keys == ()


def test_other_addresses_are_not_of_this_form():
    assert read(parse(b"/profiles/photo")) is None
