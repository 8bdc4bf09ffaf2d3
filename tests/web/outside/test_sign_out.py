"""Signing out: by limner's own button only, and then it counts."""

import pytest

from .scene import PAGE, URL

PHOTO = "/photos/jane.roe@example.com.jpg"
SESSION = "__Host-limner-session"


@pytest.mark.parametrize(
    "lines", [(), ("Origin: https://evil.example.com",), (f"Origin: {URL}", "Sec-Fetch-Site: cross-site")]
)
def test_nobody_else_signs_people_out(browser, lines):
    browser.sign_in()
    assert browser.ask("/sign-out", *lines, "Content-Length: 0", method="POST").status == 403
    assert browser.ask(PHOTO).status == 200


def test_a_session_that_was_signed_out_counts_no_longer(browser):
    browser.sign_in()
    session = browser.cookies[SESSION]
    assert b'<form method="post"' in browser.ask("/sign-out", *PAGE).body
    reply = browser.ask("/sign-out", f"Origin: {URL}", "Content-Length: 0", method="POST")
    assert (reply.status, SESSION in browser.cookies) == (200, False)
    assert b"/session/end?client_id=app" in reply.body
    browser.cookies[SESSION] = session
    assert browser.ask(PHOTO).status == 403
    assert b"You are not signed in here." in browser.ask("/sign-out", *PAGE).body
    assert browser.ask("/sign-out", method="PUT").status == 405


def test_the_page_lets_browsers_say_whose_button_it_is(browser):
    """With `no-referrer` they would send `Origin: null`, and nobody could sign out."""
    assert browser.ask("/sign-out").headers["referrer-policy"] == "same-origin"
