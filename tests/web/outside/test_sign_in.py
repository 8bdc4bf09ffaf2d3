"""Going to sign in: only pages that somebody opens, and only where the provider is known."""

from . import scene
from .scene import Browser, heading


def test_only_a_page_that_is_opened_begins_a_sign_in(browser):
    for lines in (("Sec-Fetch-Mode: no-cors", "Accept: text/html"), ("Accept: image/*",), ()):
        reply = browser.ask("/sign-in", *lines)
        assert (reply.status, reply.cookies) == (403, [])
    assert browser.ask("/sign-in", "Accept: text/html").status == 303


def test_while_the_provider_is_not_known_people_are_told_so(house, caplog):
    reply = Browser(house(scene.settings("http://127.0.0.1:9"))).open("/sign-in")
    assert reply.status == 503
    assert "cannot be reached at the moment" in heading(reply)
    assert "sign-in:" in caplog.text
