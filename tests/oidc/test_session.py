"""Sessions: forged, ended, of another house, signed out, rotated away."""

import base64
import json

import pytest

from limner.jwt import RefusedError
from limner.oidc import Keybox, Sessions

NOW = 1_800_000_000.0


@pytest.fixture
def box(tmp_path):
    return Keybox(tmp_path / "sign-in.json", 3600)


def refused(sessions, cookie, now=NOW):
    with pytest.raises(RefusedError):
        sessions.check(cookie, now)


def test_a_session_counts_until_it_ends_or_is_signed_out(box):
    sessions = Sessions(box, "https://a", "https://op", 3600)
    cookie, until = sessions.give("jane", NOW)
    found = sessions.check(cookie, NOW + 3599)
    assert (found.name, found.until) == ("jane", until)
    refused(sessions, cookie, NOW + 3600)
    box.revoke(found.id, until, NOW)
    refused(sessions, cookie)


def test_forged_and_foreign_sessions(box, tmp_path):
    sessions = Sessions(box, "https://a", "https://op", 3600)
    cookie, _ = sessions.give("jane", NOW)
    head, payload, signature = cookie.split(b".")
    claims = json.loads(base64.urlsafe_b64decode(payload + b"==")) | {"name": "boss"}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    refused(sessions, b".".join((head, forged, signature)))
    refused(sessions, base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=") + b"." + payload + b".")
    refused(Sessions(box, "https://b", "https://op", 3600), cookie)
    refused(Sessions(box, "https://a", "https://other", 3600), cookie)
    refused(Sessions(Keybox(tmp_path / "other.json", 3600), "https://a", "https://op", 3600), cookie)


def test_removing_the_keys_ends_all_sessions(box):
    sessions = Sessions(box, "https://a", "https://op", 3600)
    cookie, _ = sessions.give("jane", NOW)
    box.file.unlink()
    box.refresh()
    refused(sessions, cookie)
