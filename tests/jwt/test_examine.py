from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.jwt import ALGORITHMS, Examination, RefusedError, examine, read_keys, read_secret, unproved

from .maker import AUDIENCE, EC, ISSUER, NOW, PUBLIC, RSA, SECRET, b64, claims, sign, token

KEYS = read_keys(PUBLIC, ["RS256", "ES256", "Ed25519"], "the key set")
SHARED = read_secret(SECRET, ["HS256"], "the secret")


def judge(given: bytes, now: float = NOW, **more: Any) -> Examination:
    return examine(given, [SHARED, KEYS], now, **{"algorithms": ALGORITHMS} | more)


@pytest.mark.parametrize("alg", ["RS256", "ES256", "Ed25519"])
def test_a_good_token_is_valid_whichever_key_proves_it(alg: str) -> None:
    found = judge(token(alg), issuers=[ISSUER], audiences=[AUDIENCE], person="email")
    assert (found.valid, found.user, found.reason) == (True, "jane@example.com", None)
    assert found.claims == claims()
    assert judge(token(alg)).user == "4711", "without a claim that has to name somebody, sub does"


@pytest.mark.parametrize(
    ("more", "options", "reason"),
    [
        ({"exp": NOW - 1}, {}, "expired"),
        ({}, {"issuers": ["https://other/"]}, "another issuer"),
        ({}, {"audiences": ["other"]}, "another audience"),
        ({}, {"person": "upn"}, "names nobody"),
        ({"iss": None}, {}, "names no issuer"),
        ({"aud": None}, {}, "whom it is for"),
        ({"nbf": NOW + 60}, {}, "not valid yet"),
    ],
)
def test_what_is_proved_is_told_also_where_it_is_not_valid(
    more: dict[str, Any], options: dict[str, Any], reason: str
) -> None:
    found = judge(token(**more), **options)
    assert not found.valid
    assert reason in (found.reason or "")
    assert found.claims == claims(**more)


def test_leeway_is_for_clocks_that_differ() -> None:
    assert judge(token(exp=NOW - 5), leeway=10).valid
    assert not judge(token(exp=NOW - 15), leeway=10).valid


def test_of_a_token_that_no_key_proves_only_the_header_is_told() -> None:
    forged = token()[:-6] + b"AAAAAA"
    found = judge(forged)
    assert (found.valid, found.claims, found.user) == (False, None, None)
    assert found.header is not None
    assert "signature" in (found.reason or "")
    assert judge(token(), algorithms=("ES256",)).claims is None
    assert not examine(token(), [], NOW, algorithms=ALGORITHMS).valid


def test_a_public_key_is_never_a_secret() -> None:
    """The old trick: signed by HMAC, with what everyone knows of the issuer's key."""
    import hashlib
    import hmac

    message = b64(b'{"alg":"HS256"}') + b"." + token().split(b".")[1]
    for secret in (RSA.as_pem(private=False), EC.as_pem(private=False), PUBLIC):
        forged = message + b"." + b64(hmac.new(secret, message, hashlib.sha256).digest())
        assert not judge(forged).valid


def test_what_stands_in_a_token_can_be_read_without_any_key() -> None:
    header, found = unproved(token())
    assert (header["alg"], found) == ("RS256", claims())
    assert unproved(b64(b'{"alg":"none"}') + b"." + b64(b"{}") + b".") == ({"alg": "none"}, {})


@given(st.binary(max_size=200) | st.lists(st.binary(max_size=60).map(b64), max_size=6).map(b".".join))
def test_whatever_is_given_there_is_an_answer(given: bytes) -> None:
    assert not judge(given).valid
    with contextlib.suppress(RefusedError):
        assert unproved(given)


@given(st.data())
def test_no_altered_token_is_ever_valid(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([sign(b'{"alg":"RS256"}', b"{}"), token(), token("ES256"), token("Ed25519")]))
    at = data.draw(st.integers(0, len(good)))
    bad = good[:at] + data.draw(st.binary(max_size=8)) + good[at + data.draw(st.integers(0, 8)) :]
    assert bad == good or not judge(bad).valid
