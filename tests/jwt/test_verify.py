"""Tokens: what is taken, and every known way to cheat that is not."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt

from limner.jwt import Expected, FixedRing, Keys, RefusedError, Verifier, read_keys, read_secret

from .maker import AUDIENCE, EC, ISSUER, KEYS, NOW, PUBLIC, RSA, SECRET, b64, claims, sign, token, verifier


def refusal(made: bytes, by: Verifier | None = None, now: float = NOW) -> str:
    with pytest.raises(RefusedError) as caught:
        (by or verifier()).verify(made, now)
    return str(caught.value)


@pytest.mark.parametrize("alg", KEYS)
def test_a_genuine_token_is_taken(alg: str) -> None:
    found, until = verifier(alg).verify(token(alg), NOW)
    assert found == claims()
    assert until == NOW + 600 + 30


@pytest.mark.parametrize("alg", KEYS)
def test_joserfc_says_the_same(alg: str) -> None:
    """The library by itself, as an oracle for ours around its parts."""
    made = token(alg)
    by_library = joserfc_jwt.decode(made, KEYS[alg], algorithms=[alg]).claims
    assert by_library == verifier(alg).verify(made, NOW)[0]


@pytest.mark.parametrize("alg", KEYS)
def test_any_changed_byte_is_noticed(alg: str) -> None:
    made = token(alg)
    by = verifier(alg)
    for at in range(0, len(made), 7):
        for put in (b"A", b"B"):
            changed = made[:at] + put + made[at + 1 :]
            if changed != made:
                refusal(changed, by)


def test_hmac_with_a_secret() -> None:
    names = ("HS256",)
    by = Verifier(
        FixedRing(read_secret(SECRET + b"\n", names, "file")),
        Expected(frozenset([ISSUER]), frozenset([AUDIENCE])),
        names,
    )
    head = b64(b'{"alg":"HS256","typ":"JWT"}') + b"." + b64(json.dumps(claims()).encode())
    good = head + b"." + b64(hmac.digest(SECRET, head, "sha256"))
    assert by.verify(good, NOW)[0] == claims()
    assert (
        refusal(head + b"." + b64(hmac.digest(SECRET[:-1], head, "sha256")), by) == "its signature is not the issuer's"
    )


# -- known attacks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signature", [b"", b"AA", b64(b"x" * 256)])
def test_alg_none(name: str, signature: bytes) -> None:
    head = b64(json.dumps({"alg": name}).encode()) + b"." + b64(json.dumps(claims()).encode())
    assert "algorithm" in refusal(head + b"." + signature)


def test_the_public_key_is_no_secret() -> None:
    """HS256 with the text of the RSA key, which everybody has: CVE-2015-9235 and its many sisters."""
    pem = RSA.as_pem(private=False)
    for secret in (pem, pem.strip(), PUBLIC, json.dumps(RSA.as_dict(private=False)).encode()):
        head = b64(b'{"alg":"HS256","kid":"rsa"}') + b"." + b64(json.dumps(claims()).encode())
        made = head + b"." + b64(hmac.digest(secret, head, "sha256"))
        assert "algorithm" in refusal(made)
        assert "algorithm" in refusal(made, verifier("RS256", "ES256", "Ed25519"))


@pytest.mark.parametrize("alg", ["ES256", "Ed25519", "PS256", "RS384", "HS256"])
def test_an_algorithm_that_the_settings_do_not_name(alg: str) -> None:
    made = sign(json.dumps({"alg": alg, "kid": "rsa"}).encode(), json.dumps(claims()).encode())
    assert "algorithm" in refusal(made)


def test_a_key_is_used_with_the_algorithms_of_its_kind_only() -> None:
    keys = read_keys(PUBLIC, ("RS256", "ES256", "Ed25519"), "keys")
    assert [len(keys.proofs(alg, None)) for alg in ("RS256", "ES256", "Ed25519", "HS256", "none")] == [1, 1, 1, 0, 0]
    assert not keys.proofs("ES256", "rsa")


@pytest.mark.parametrize(
    "kid",
    ["../../../../dev/null", "/etc/passwd", "rsa\0", "' OR 1=1 --", "RSA", "https://evil.example.com/k", "x" * 400],
)
def test_a_key_id_is_only_compared(kid: str) -> None:
    assert refusal(token(header={"kid": kid})) == "no key of the issuer fits it"


@pytest.mark.parametrize("kid", [1, None, [], {"$ne": ""}, True])
def test_a_key_id_that_is_no_text(kid: Any) -> None:
    made = sign(json.dumps({"alg": "RS256", "kid": kid}).encode(), json.dumps(claims()).encode())
    assert "header" in refusal(made)


def test_a_key_in_the_token_itself_is_not_looked_at() -> None:
    """`jwk`, `jku`, `x5u`, `x5c` of an attacker (CVE-2018-0114)."""
    from joserfc import jwk

    own = jwk.RSAKey.generate_key(2048)
    for more in (
        {"jwk": own.as_dict(private=False)},
        {"jku": "https://evil.example.com/jwks.json"},
        {"x5u": "https://evil.example.com/cert.pem"},
        {"x5c": ["MIIB"]},
    ):
        head = json.dumps({"alg": "RS256", "kid": "rsa"} | more).encode()
        assert refusal(sign(head, json.dumps(claims()).encode(), own)) == "its signature is not the issuer's"
        assert verifier().verify(sign(head, json.dumps(claims()).encode()), NOW)


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"b64": True},
        {"zip": "DEF"},
        {"enc": "A128GCM", "p2c": 2_000_000_000, "p2s": "AAAA"},
    ],
)
def test_headers_that_change_how_the_rest_is_read(more: dict[str, Any]) -> None:
    head = json.dumps({"alg": "RS256", "kid": "rsa"} | more).encode()
    start = time.process_time()
    assert "not known here" in refusal(sign(head, json.dumps(claims()).encode()))
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("piece", [0, 1])
@pytest.mark.parametrize(
    "twice", [b'"exp":1,"exp":%d' % (NOW + 600), b'"a":1,"\\u0061":2', b'"a" :1,"a":2', b'"x":{"a":1,"a":1}']
)
def test_a_name_that_stands_twice(piece: int, twice: bytes) -> None:
    pieces = [b'{"alg":"RS256","kid":"rsa"}', json.dumps(claims()).encode()]
    pieces[piece] = pieces[piece][:-1] + b"," + twice + b"}"
    assert "stands twice" in refusal(sign(*pieces))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"exp":NaN}',
        b'{"exp":Infinity}',
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b"[" * 10_000,
        b'{"a":' * 1500 + b"1" + b"}" * 1500,
        b'{"a":' + b"9" * 8000 + b"}",
    ],
)
def test_a_signed_payload_that_is_no_object_of_json(payload: bytes) -> None:
    assert "JSON" in refusal(sign(b'{"alg":"RS256","kid":"rsa"}', payload)) or len(payload) > 5000


def test_empty_and_oversized_signatures() -> None:
    head, payload, signature = token().split(b".")
    for forged in (
        b"",
        b"AA",
        signature[:-4],
        signature + b"AAAA",
        b64(b"\0" * 256),
        b64(b"\xff" * 256),
        b64(b"1" * 8000),
    ):
        refusal(b".".join((head, payload, forged)))
    head, payload, _ = token("ES256").split(b".")
    for zero in (b"\0" * 64, b"\0" * 63, b"\xff" * 64, b"\0" * 31 + b"\1" + b"\0" * 31 + b"\1"):  # CVE-2022-21449
        assert refusal(b".".join((head, payload, b64(zero))), verifier("ES256")) == "its signature is not the issuer's"


def test_der_signatures_are_not_taken_for_ecdsa() -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

    message = b".".join(token("ES256").split(b".")[:2])
    der = EC.private_key.sign(message, ECDSA(hashes.SHA256()))
    refusal(message + b"." + b64(der), verifier("ES256"))


@pytest.mark.parametrize("form", [b"%s.", b".%s", b"%s\n", b" %s", b"%s=", b"%s.%s", b'"%s"', b"Bearer %s"])
def test_other_ways_to_write_the_same_token(form: bytes) -> None:
    made = token()
    refusal(form.replace(b"%s", made))


def test_a_signature_with_stray_bits_is_another_text_and_not_taken() -> None:
    made = token("ES256")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(made[-1:])
    refusal(made[:-1] + alphabet[last ^ 1 : (last ^ 1) + 1], verifier("ES256"))


def test_a_token_that_is_encrypted_or_too_long() -> None:
    assert refusal(b"a.b.c.d.e") == "it is encrypted"
    assert refusal(b"a.b") == "it is not three pieces with dots between"
    assert "longer than" in refusal(token() + b"A" * 20_000)
    assert "header is longer" in refusal(token(header={"x5t": "y" * 3000}))


# -- headers, keys -------------------------------------------------------------------------------------------------


def test_typ_is_checked_where_it_is_set() -> None:
    by = verifier(typ="at+jwt")
    assert by.verify(token(header={"typ": "at+jwt"}), NOW)
    assert by.verify(token(header={"typ": "application/AT+JWT"}), NOW)
    assert refusal(token(header={"typ": "JWT"}), by) == "its header does not call it at+jwt"
    assert refusal(sign(b'{"alg":"RS256"}', json.dumps(claims()).encode()), by) == "its header does not call it at+jwt"


def test_keys_without_ids_prove_tokens_with_and_without() -> None:
    plain = json.dumps({key: value for key, value in RSA.as_dict(private=False).items() if key != "kid"}).encode()
    by = verifier(public=plain)
    assert by.verify(token(), NOW)
    assert by.verify(sign(b'{"alg":"RS256"}', json.dumps(claims()).encode()), NOW)


def test_what_a_header_led_to_is_forgotten_with_the_keys() -> None:
    by = verifier()
    made = token()
    assert by.verify(made, NOW)
    from joserfc import jwk

    other = jwk.RSAKey.generate_key(2048, {"kid": "rsa"})
    by.ring.keys = Keys([other], ["RS256"])  # type: ignore[misc]
    assert refusal(made, by) == "its signature is not the issuer's"
    by.ring.keys = None  # type: ignore[misc]
    assert refusal(made, by) == "the issuer's keys are not there"


def test_headers_that_are_remembered_are_few() -> None:
    by = verifier()
    for number in range(200):
        by.verify(token(header={"x5t": str(number)}), NOW)
    assert len(by._headers) <= 64


# -- anything at all -------------------------------------------------------------------------------------------------

_good = token()
_by = verifier("RS256", "ES256")


@given(st.binary(max_size=300) | st.lists(st.binary(max_size=60).map(b64), max_size=6).map(b".".join))
@example(b"..")
@example(b"")
@example(b"." * 10_000)
def test_rubbish_is_refused_and_nothing_else(made: bytes) -> None:
    refusal(made, _by)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_names = st.sampled_from(["iss", "aud", "exp", "nbf", "iat", "sub", "email", "azp"])


@given(st.dictionaries(_names, _json, min_size=1))
def test_whatever_an_issuer_signs_is_taken_or_refused(odd: dict[str, Any]) -> None:
    """A genuine signature over claims of any kind: no exception but ours, and nothing is taken that is not fine."""
    made = sign(b'{"alg":"RS256","kid":"rsa"}', json.dumps(claims() | odd).encode())
    try:
        found, until = _by.verify(made, NOW)
    except RefusedError:
        return
    assert found["iss"] == ISSUER
    assert found["aud"] == AUDIENCE or AUDIENCE in found["aud"]
    assert NOW < until <= NOW + 86_430


@given(st.integers(0, len(_good) - 1), st.binary(min_size=0, max_size=3))
def test_a_good_token_that_was_touched_is_refused(at: int, put: bytes) -> None:
    changed = _good[:at] + put + _good[at + 1 :]
    if changed != _good:
        refusal(changed, _by)


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "cty", "crit", "b64", "jku", "jwk", "x5c", "zip"]), _json))
def test_any_header_is_taken_or_refused(header: dict[str, Any]) -> None:
    made = sign(json.dumps(header).encode(), json.dumps(claims()).encode())
    try:
        _by.verify(made, NOW)
    except RefusedError:
        return
    assert header["alg"] == "RS256"
    assert not {"crit", "b64", "zip"} & set(header)


def test_the_digest_of_what_is_signed_is_over_the_bytes_as_sent() -> None:
    """White space in header and payload is signed as it is; nothing is written anew."""
    made = sign(b' { "alg" : "RS256" , "kid":"rsa" } ', json.dumps(claims(), indent=3).encode())
    assert _by.verify(made, NOW)[0] == claims()
    assert hashlib.sha256(made).digest()


def test_eddsa_is_an_older_name_of_ed25519() -> None:
    from .maker import OKP

    made = sign(b'{"alg":"EdDSA","kid":"ed"}', json.dumps(claims()).encode(), OKP, "Ed25519")
    assert verifier("EdDSA").verify(made, NOW)
    assert "algorithm" in refusal(made, verifier("Ed25519"))
