"""The link of a pass, at a door in this process."""

import pytest
from tests.web.conftest import JANE

from limner.passes import Issued, Register

RULE = '\n[policy]\n[[policy.allow]]\nname = "guests"\npass = {}\n'
NOW = 1_800_000_000.0


@pytest.fixture
def token(tmp_path):
    register = Register(tmp_path / "passes.secrets", create=True)
    made = Issued(register).issue("board", [JANE], 7200, issuer="t", now=NOW)[1]
    register.close()
    return made


def test_a_link_becomes_a_cookie_and_leads_to_an_address_without_the_token(house, token):
    opened = house(RULE)
    reply = opened.ask(f"/pass/{token}")
    assert (reply.status, reply.headers["location"]) == (303, "/pass/")
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    cookie, *words = reply.cookies[0].split("; ")
    assert words == ["Path=/", "Max-Age=7200", "HttpOnly", "SameSite=Lax"]
    assert opened.ask("/pass/", f"Cookie: {cookie}").status == 200
    assert opened.ask(f"/photos/{JANE}.jpg", f"Cookie: {cookie}").status == 200
    assert opened.ask("/pass/") == opened.ask("/pass/", "Cookie: limner-pass-x=a.b.c") == opened.ask("/")


def test_over_https_the_cookie_is_of_this_host(house, token):
    opened = house('\n[passes]\nsite = "https://photos.example.com"\nsame_site = "none"\n' + RULE)
    cookie = opened.ask(f"/pass/{token}").cookies[0]
    assert cookie.startswith("__Host-limner-pass-")
    assert cookie.endswith("; HttpOnly; SameSite=None; Secure")


@pytest.mark.parametrize(("to", "leads"), [("/photos/a.jpg", "/photos/a.jpg"), ("/", "/"), ("%2Fa%3Fb=c", "/a?b=c")])
def test_it_leads_on_to_a_path_of_this_site(house, token, to, leads):
    assert house(RULE).ask(f"/pass/{token}?to={to}").headers["location"] == leads


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "%2F%2Fevil.example",
        "/%0d%0aa:b",
        "/%09/evil",
        "",
        "a",
    ],
)
def test_it_leads_to_no_other_site(house, token, to):
    assert house(RULE).ask(f"/pass/{token}?to={to}").headers["location"] == "/pass/"
    landed = house('\n[passes]\nlanding = "https://meet.example.com/board"\n' + RULE)
    assert landed.ask(f"/pass/{token}?to={to}").headers["location"] == "https://meet.example.com/board"


def test_only_get_and_head_show_a_pass(house, token):
    opened = house(RULE)
    assert opened.ask(f"/pass/{token}", method="HEAD").status == 303
    assert opened.ask(f"/pass/{token}", method="DELETE").status == 405


def test_without_a_rule_for_passes_there_is_no_link(house, token):
    assert house().ask(f"/pass/{token}").status == 302  # as all that is refused, in this house
