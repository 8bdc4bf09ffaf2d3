"""`/uid/{uid}.jpg`."""

from limner import people
from limner.settings import Settings
from limner.web.forms import uid
from limner.web.target import parse

read = uid.reader(Settings())


def test_a_user_name_in_any_case_leads_to_its_key():
    for target in (b"/uid/JRoe.jpg", b"/uid/jroe.JPG", b"/uid/%6Aroe.jpg"):
        assert read(parse(target)).keys == (people.by_uid("jroe"),)


def test_other_addresses_are_not_of_this_form():
    for target in (b"/uid/jroe", b"/uid/jroe.png", b"/uid/a/b.jpg", b"/UID/jroe.jpg"):
        assert read(parse(target)) is None


def test_a_size_can_be_asked_for():
    assert read(parse(b"/uid/x.jpg?size=48")).size == 48
