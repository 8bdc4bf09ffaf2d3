"""The rule `session`: whom it lets in, and who still may not."""

import pytest

from limner import settings
from limner.policy.by_session import of
from limner.policy.condition import Visitor
from limner.policy.known import NOBODY

NOW = 1_800_000_000.0
TEXT = """
[sign_in]
issuer = "https://op.example.com"
client_id = "a"
url = "https://a.example.com"
[[policy.allow]]
name = "x"
session = {%s}
"""


@pytest.fixture
def condition(tmp_path):
    (tmp_path / "library").mkdir()

    def make(more=""):
        whole = settings.parse((TEXT % more).encode(), tmp_path / "limner.toml")
        return of(whole.policy.allow[0].session, NOBODY, whole)

    return make


def sends(cookie):
    return Visitor(headers=[(b"cookie", b"__Host-limner-session=" + cookie)], now=NOW)


def test_a_session_opens_until_it_is_signed_out(condition):
    one = condition()
    cookie, until = one.sessions.give("jane@example.com", NOW)
    grant = one.admits(sends(cookie))
    assert (grant.who, grant.until) == ("jane@example.com", until)
    assert one.reason(sends(cookie)) == "signed in: jane@example.com"
    one.refresh()
    one.sessions.keybox.revoke(one.sessions.check(cookie, NOW).id, until, NOW)
    assert one.refresh()
    assert one.admits(sends(cookie)) is None
    assert one.reason(sends(cookie)) == "the session is refused: it was signed out"
    assert one.reason(Visitor()) == "no session is sent"


def test_who_must_be_in_the_library(condition):
    strict = condition("in_library = true")
    cookie, _ = strict.sessions.give("jane@example.com", NOW)
    assert strict.admits(sends(cookie)) is None
    assert condition().implied_by(strict)
    assert not strict.implied_by(condition())
