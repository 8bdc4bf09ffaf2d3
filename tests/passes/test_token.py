from __future__ import annotations

import base64
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from limner.passes import MOST_CHARACTERS, Key, Signed, Verifier, sign

NOW = 1_800_000_000.0
KEY, OLD, STRANGE = (Key(kid, os.urandom(32), NOW) for kid in ("0a0a0a0a", "0b0b0b0b", "0a0a0a0a"))
SAID = Signed("i4X6lfC_sLEYZ0Wf", "Zoë's room", int(NOW) + 60)
verifier = Verifier([KEY, OLD])
TOKEN = sign(SAID, NOW, KEY).encode()


def parts(token: bytes) -> list[bytes]:
    return token.split(b".")


def encoded(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def test_a_token_says_what_was_signed_until_it_ends() -> None:
    assert verifier.read(TOKEN, NOW) == SAID
    assert verifier.read(TOKEN, SAID.ends - 0.01) == SAID
    assert verifier.read(TOKEN, SAID.ends) is None, "replayed after its end"


def test_it_is_a_json_web_token_that_others_can_verify() -> None:
    token = jwt.decode(TOKEN, OctKey.import_key(KEY.secret), algorithms=["HS256"])
    assert token.header == {"typ": "JWT", "alg": "HS256", "kid": KEY.kid}
    assert token.claims == {"jti": SAID.id, "room": SAID.room, "iat": int(NOW), "exp": SAID.ends}


def test_several_keys_are_valid_at_once_until_one_is_gone() -> None:
    older = sign(SAID, NOW, OLD).encode()
    assert verifier.read(older, NOW) == SAID
    assert Verifier([KEY]).read(older, NOW) is None
    assert Verifier([]).read(TOKEN, NOW) is None


FORGED = {
    "nothing": b"",
    "no token": b"nonsense",
    "another's key of the same name": sign(SAID, NOW, STRANGE).encode(),
    "a key nobody knows": sign(SAID, NOW, Key("0c0c0c0c", KEY.secret, NOW)).encode(),
    "alg none": encoded({"alg": "none", "typ": "JWT", "kid": KEY.kid}) + b"." + parts(TOKEN)[1] + b".",
    "alg none under the right head": b".".join(parts(TOKEN)[:2]) + b".",
    "alg HS384": jwt.encode(
        {"typ": "JWT", "alg": "HS384", "kid": KEY.kid}, {"exp": 9e9}, OctKey.import_key(KEY.secret), ["HS384"]
    ).encode(),
    "no kid": jwt.encode(
        {"alg": "HS256"}, {"jti": "a", "room": "b", "exp": int(NOW) + 9}, OctKey.import_key(KEY.secret)
    ).encode(),
    "another end": b".".join(
        [parts(TOKEN)[0], encoded({"jti": SAID.id, "room": SAID.room, "exp": SAID.ends + 9999}), parts(TOKEN)[2]]
    ),
    "another room's claims": b".".join(
        [parts(TOKEN)[0], parts(sign(Signed("x", "board", SAID.ends), NOW, KEY).encode())[1], parts(TOKEN)[2]]
    ),
    "another token's signature": b".".join([*parts(TOKEN)[:2], parts(sign(SAID, NOW + 1, KEY).encode())[2]]),
    "truncated": TOKEN[:-1],
    "without signature": b".".join(parts(TOKEN)[:2]),
    "a key in the head": encoded({"typ": "JWT", "alg": "HS256", "jwk": {"kty": "oct", "k": "AAAA"}} | {"kid": KEY.kid})
    + b"."
    + b".".join(parts(TOKEN)[1:]),
    "too long": TOKEN + b"A" * MOST_CHARACTERS,
    "deeply nested": encoded("[" * 300) + b"." + parts(TOKEN)[1] + b"." + parts(TOKEN)[2],
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_what_nobody_signed_says_nothing(token: bytes) -> None:
    assert verifier.read(token, NOW) is None


@pytest.mark.parametrize(
    "claims", [{}, {"jti": "a", "room": "b"}, {"jti": "a", "room": "b", "exp": "soon"}, {"exp": None}]
)
def test_a_signed_token_of_another_kind_says_nothing(claims: dict[str, object]) -> None:
    token = jwt.encode({"typ": "JWT", "alg": "HS256", "kid": KEY.kid}, claims, OctKey.import_key(KEY.secret))
    assert verifier.read(token.encode(), NOW) is None


@given(st.binary(max_size=300))
def test_any_bytes_say_nothing(raw: bytes) -> None:
    assert verifier.read(raw, NOW) is None


@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
def test_a_token_with_a_byte_changed_says_nothing_else(at: int, by: int) -> None:
    changed = TOKEN[:at] + bytes([TOKEN[at] ^ by]) + TOKEN[at + 1 :]
    assert verifier.read(changed, NOW) in (None, SAID), "the last digit of base64 has bits that mean nothing"


@given(st.text(max_size=100).filter(lambda text: text.isprintable()))
def test_any_room_fits(room: str) -> None:
    said = Signed("i4X6lfC_sLEYZ0Wf", room, 1 << 33)
    token = sign(said, NOW, KEY).encode()
    assert len(token) <= MOST_CHARACTERS
    assert verifier.read(token, NOW) == said


def test_as_much_is_done_for_a_key_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []
    decode = jwt.decode

    def counting(value: bytes, key: OctKey, **more: object) -> object:
        calls.append(value)
        return decode(value, key, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(jwt, "decode", counting)
    for token in FORGED.values():
        verifier.read(token, NOW)
    assert len(calls) == len(FORGED)
