"""Microsoft Graph's addresses."""

import json

import pytest

from limner import people
from limner.settings import Settings
from limner.web.forms import graph
from limner.web.target import parse

read = graph.reader(Settings())


@pytest.mark.parametrize(
    ("path", "size", "about"),
    [
        ("photo/$value", 648, ""),
        ("photo/%24value", 648, ""),
        ("photos/48x48/$value", 48, ""),
        ("photos/240X240/$value", 240, ""),
        ("photo", 648, "photo"),
        ("photos/96x96", 96, "photo"),
        ("photos", 648, "photos"),
    ],
)
def test_addresses(path, size, about):
    ask = read(parse(f"/v1.0/users/Jane%40example.com/{path}".encode()))
    assert (ask.size, ask.about, ask.missing) == (size, about, "404")
    assert ask.keys[0] == people.by_mail("jane@example.com")


def test_an_object_id_is_a_key():
    assert people.by_key("87d349ed-44d7") in read(parse(b"/v1.0/users/87D349ED-44d7/photo/$value")).keys


@pytest.mark.parametrize("path", ["photos/48x64/$value", "photos/x/$value", "photos/0x0/$value", "photo/value", ""])
def test_other_addresses_are_not_of_this_form(path):
    assert read(parse(f"/v1.0/users/x/{path}".encode())) is None


def test_the_description_says_what_the_photo_is(house):
    photo = house().ask("/v1.0/users/jane.roe@example.com/photo", "Cookie: LtpaToken=x")
    value = house().ask("/v1.0/users/jane.roe@example.com/photo/$value", "Cookie: LtpaToken=x")
    body = json.loads(photo.body)
    assert body["@odata.mediaEtag"] == value.headers["etag"]
    assert (body["id"], body["width"], body["@odata.mediaContentType"]) == ("648x648", 648, "image/jpeg")
