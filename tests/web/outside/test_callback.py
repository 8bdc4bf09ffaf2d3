"""Coming back from the provider: who is let in, and every way to cheat that is known."""

import asyncio
import json
import re
from urllib.parse import quote, urlencode

import pytest

from limner.oidc import flow
from limner.web.outside import callback

from .scene import PAGE, URL, Browser, at_provider, flat, heading

PHOTO = "/photos/jane.roe@example.com.jpg"
SESSION = "__Host-limner-session"
AGAIN = "This sign-in was not begun in this browser, or longer than ten minutes ago. Please sign in again."


def test_a_whole_sign_in(browser):
    refused = browser.open(PHOTO)
    assert refused.status == 302
    assert refused.headers["location"] == "/sign-in?to=%2Fphotos%2Fjane.roe%40example.com.jpg"
    back = browser.sign_in("jane", to=PHOTO)
    assert (back.status, back.headers["location"]) == (303, PHOTO)
    assert set(browser.cookies) == {SESSION}
    assert browser.open(PHOTO).status == 200
    assert browser.ask(PHOTO).status == 200


@pytest.mark.parametrize("client", ["post", "public"])
def test_other_kinds_of_clients(door, secret, client):
    """A secret in the body; and a public client, whose ID tokens are ES256."""
    secret.write_text("post-secret")
    browser = Browser(door(client, 'secret = "secret"' if client == "post" else ""))
    assert browser.sign_in().status == 303
    assert browser.open(PHOTO).status == 200


def test_the_provider_is_asked_with_state_nonce_and_pkce(browser):
    first, second = flat(browser.begin()), flat(browser.begin())
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == f"{URL}/sign-in/callback"
    assert first["scope"] == "openid email profile"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]
    assert not any(first["nonce"] in cookie or first["state"] in cookie for cookie in browser.cookies.values())


def test_two_windows_sign_in_at_the_same_time(browser):
    one, two = browser.begin("/one"), browser.begin("/two")
    assert browser.open(at_provider(one, "jane")).headers["location"] == "/one"
    assert browser.open(at_provider(two, "john")).headers["location"] == "/two"


def test_the_cookies_of_what_was_begun_are_few(browser):
    for _ in range(30):
        browser.begin()
    assert len(browser.cookies) == len(flow.SLOTS)
    assert browser.sign_in().status == 303


# -- attacks ----------------------------------------------------------------------------------------------------------


def refused(reply, said=AGAIN, status=400):
    assert reply.status == status
    assert heading(reply) == said
    assert not any(line.startswith(SESSION) for line in reply.cookies)


def swapped(target, **changes):
    path, _, _ = target.partition("?")
    fields = {name: value for name, value in (flat(target) | changes).items() if value is not None}
    return f"{path}?{urlencode(fields)}"


def test_a_swapped_state_is_refused(browser):
    mine, other = at_provider(browser.begin(), "jane"), at_provider(browser.begin(), "mallory")
    state = flat(other)["state"]
    refused(browser.open(swapped(mine, state=mine[0] + state[1:])))
    refused(browser.open(swapped(mine, state=flat(mine)["state"][:-1] + "~")))
    refused(browser.open(swapped(mine, state=None)))
    refused(browser.open(swapped(mine, state="")))


def test_a_code_of_another_browser_is_refused(door):
    """Login CSRF: the attacker's own code, in an address that the victim is made to open."""
    house = door(more='secret = "secret"')
    attacker, victim = Browser(house), Browser(house)
    refused(victim.open(at_provider(attacker.begin(), "mallory")))


def test_a_code_injected_into_a_sign_in_of_ones_own_is_refused(door):
    """The stolen code of a victim, with the attacker's own state: it was asked for with another challenge and nonce."""
    house = door(more='secret = "secret"')
    attacker, victim = Browser(house), Browser(house)
    stolen = flat(at_provider(victim.begin(), "jane"))["code"]
    reply = attacker.open(swapped(at_provider(attacker.begin(), "mallory"), code=stolen))
    refused(reply, "This sign-in was used already, or took too long.")


def test_an_answer_counts_once(browser):
    target = at_provider(browser.begin())
    kept = dict(browser.cookies)
    assert browser.open(target).status == 303
    refused(browser.open(target))
    browser.cookies = kept  # no browser does that, and it helps nobody
    refused(browser.open(target))


def test_a_code_counts_once_in_another_worker_too(browser):
    """There nobody knows that it was used; but the provider does."""
    target = at_provider(browser.begin())
    kept = dict(browser.cookies)
    assert browser.open(target).status == 303
    browser.cookies = kept
    browser.house.door.desk.flow._used.clear()
    refused(browser.open(target), "This sign-in was used already, or took too long.")


@pytest.mark.parametrize("named", ["https://evil.example.com", "", None])
def test_an_answer_of_another_provider_is_refused(browser, named):
    """Mix-up (RFC 9207): the provider names itself in its answers, so one without a name is not its."""
    target = swapped(at_provider(browser.begin()), iss=named)
    refused(browser.open(target), "The sign-in service&#x27;s answer cannot be trusted. Please sign in again.")


def test_parameters_that_come_twice_are_not_there(browser):
    target = at_provider(browser.begin())
    refused(browser.open(f"{target}&state={flat(target)['state']}"))


def test_a_sign_in_ends_after_ten_minutes(browser):
    target = at_provider(browser.begin())
    browser.house.wait(flow.SECONDS + 1)
    refused(browser.open(target))


def test_a_forged_beginning_is_refused(browser):
    target = at_provider(browser.begin())
    ((name, value),) = browser.cookies.items()
    for forged in (value[:-2] + "AA", value.replace(".", ""), "x", "", "a.b.c", value + "."):
        browser.cookies[name] = forged
        refused(browser.open(target))


def test_a_session_is_no_beginning_and_a_beginning_is_no_session(browser):
    target = at_provider(browser.begin())
    ((name, value),) = browser.cookies.items()
    browser.cookies[SESSION] = value
    assert browser.ask(PHOTO).status == 403
    browser.open(target)
    session = browser.cookies[SESSION]
    later = at_provider(browser.begin())
    browser.cookies[name] = session
    refused(browser.open(later))


def test_nobody_is_sent_elsewhere_afterwards(browser):
    for to in (
        "https://evil.example.com/",
        "//evil.example.com/",
        "/\\evil.example.com",
        "/%5cevil.example.com",
        "/%09/evil.example.com",
        "/\t/evil.example.com",
        "javascript:alert(1)",
        "/sign-out",
        "/sign-in?to=/",
        "/..//evil.example.com",
        "x" * 5,
        "/" + "a" * 2000,
        "/a%0d%0aSet-Cookie: x=y",
    ):
        reply = browser.open(f"/sign-in?to={quote(to, safe='')}")
        if reply.status == 414:
            continue
        where = browser.open(at_provider(reply.headers["location"])).headers["location"]
        assert re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", where), to
        assert not re.match(r"/(sign|%5c/|\\)", where), to
        assert "evil" not in where or where.startswith(("/%5cevil", "/%09/evil")), to  # one path of this very site


def test_the_nonce_of_another_sign_in_is_refused(browser, monkeypatch):
    """An ID token that is genuine, and was given for another sign-in."""
    target = at_provider(browser.begin())
    desk = browser.house.door.desk
    redeem = desk.provider.redeem
    monkeypatch.setattr(desk.flow.provider, "redeem", lambda *a: kept.setdefault("given", redeem(*a)))
    kept = {}
    browser.open(target)
    second = at_provider(browser.begin())
    refused(browser.open(second), "The sign-in service&#x27;s answer cannot be trusted. Please sign in again.")


# -- what the provider says -------------------------------------------------------------------------------------------


def test_who_says_no_at_the_provider_is_told_so_in_plain_words(browser):
    reply = browser.sign_in("!")
    assert reply.status == 403
    assert heading(reply) == "The sign-in service did not let you in, or you changed your mind."
    assert b"<b>" not in reply.body
    assert not browser.cookies
    assert browser.sign_in().status == 303


def test_an_error_is_shown_escaped_and_never_as_it_is(browser):
    target = swapped(at_provider(browser.begin()), code=None, error="<script>x", error_description="<img src=x>")
    reply = browser.open(target)
    assert heading(reply) == "The sign-in service refused."
    assert b"<img" not in reply.body
    assert b"script>x" not in reply.body
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_only_who_has_what_is_required_gets_in(door):
    browser = Browser(door(more='secret = "secret"\nrequire = { groups = ["staff", "guests"] }'))
    reply = browser.sign_in("mallory")
    assert (reply.status, heading(reply)) == (403, "Your account is not among those who may see the photos.")
    assert SESSION not in browser.cookies
    assert browser.sign_in("jane").status == 303


def test_a_wrong_secret_is_the_administrators_problem(door, secret):
    secret.write_text("wrong")
    reply = Browser(door(more='secret = "secret"')).sign_in()
    assert heading(reply) == "The sign-in service does not know limner. Please tell your administrator."


def test_too_many_at_once_are_asked_to_wait(browser, monkeypatch):
    target = at_provider(browser.begin())
    monkeypatch.setattr(callback, "EXCHANGES", 0)
    refused(browser.open(target), "Too many people are signing in just now. Please try again in a minute.", 503)
    monkeypatch.setattr(callback, "EXCHANGES", 8)
    assert browser.open(target).status == 303


def test_the_code_is_written_down_nowhere(house, issuer, tmp_path):
    from . import scene

    text = scene.settings(issuer, more='secret = "secret"').replace(
        "[serve]", f"[log]\naccess = '{tmp_path}/a'\n[serve]"
    )
    browser = Browser(scene.ready(house(text)))
    target = at_provider(browser.begin())
    browser.open(target)
    browser.open(PHOTO)
    lines = browser.house.log_lines("access")
    assert flat(target)["code"] not in json.dumps(lines)
    assert lines[-2]["target"] == "/sign-in/callback"
    assert (lines[-1]["who"], lines[-1]["rule"]) == ("jane.roe@example.com", "signed in")


def test_only_get_comes_back(browser):
    assert browser.ask("/sign-in/callback", "Content-Length: 0", method="POST").status == 405


def test_asking_the_provider_does_not_hold_up_the_door(browser):
    """While somebody signs in, others are answered."""
    target = at_provider(browser.begin())
    house = browser.house
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

    async def both():
        connection = house.connect()
        request = f"GET {target} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n"
        connection.data_received(request.encode())
        assert connection.waiting
        other = house.connect()
        other.data_received(b"GET /sign-out HTTP/1.1\r\nHost: x\r\n\r\n")
        assert other.transport.out.startswith(b"HTTP/1.1 200")
        while connection.waiting:
            await asyncio.sleep(0.001)
        assert connection.transport.out.startswith(b"HTTP/1.1 303")

    asyncio.run(both())


def test_claims_that_only_userinfo_has_are_asked_for(house, tmp_path):
    from provider import provider

    from . import scene

    with provider(URL, conform=True) as issuer:
        more = 'secret = "secret"\nrequire = { groups = "staff" }'
        browser = Browser(scene.ready(house(scene.settings(issuer, more=more))))
        assert browser.sign_in("jane").status == 303
        assert browser.ask("/sign-out", *PAGE).body.count(b"jane@example.com") == 1
