"""`/{mail}.jpg` and `/photos/{mail}.jpg`."""

from limner import people
from limner.settings import Settings
from limner.web.forms import mail
from limner.web.target import parse

read = mail.reader(Settings())


def test_both_addresses_in_any_case_lead_to_the_mails_key():
    for target in (b"/Jane@Example.com.jpg", b"/photos/JANE@example.com.JPG", b"/photos/jane%40example.com.jpg"):
        assert read(parse(target)).keys == (people.by_mail("jane@example.com"),)


def test_what_is_no_mail_address_is_nobodys():
    assert read(parse(b"/photos/favicon.jpg")).keys == ()


def test_other_addresses_are_not_of_this_form():
    for target in (
        b"/",
        b"/jane@example.com.png",
        b"/x/jane@example.com.jpg",
        b"/photos/a/b@c.jpg",
        b"/photos//a@b.jpg",
    ):
        assert read(parse(target)) is None


def test_sametimes_limit_and_size_hold_if_nothing_else_is_asked():
    ask = read(parse(b"/a@b.example.jpg"))
    assert (ask.size, ask.limit, ask.missing) == (160, 45_000, "silhouette")
    assert read(parse(b"/a@b.example.jpg?s=64x64")).size == 64
