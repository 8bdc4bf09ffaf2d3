"""Key sets: what is used, what is not, and why."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk

from limner.jwt import ALGORITHMS, JwksError, read_keys, read_secret
from limner.jwt.keys import read_file

from .maker import EC, OKP, PUBLIC, RSA, SECRET

ASYMMETRIC = tuple(name for name in ALGORITHMS if not name.startswith("HS"))


def key_set(*keys: Any, **more: Any) -> bytes:
    return json.dumps(
        {"keys": [key if isinstance(key, dict) else key.as_dict(private=False) | more for key in keys]}
    ).encode()


def complaint(raw: bytes, *algorithms: str, public: bool = False) -> str:
    with pytest.raises(JwksError) as caught:
        read_keys(raw, algorithms or ("RS256",), "keys.json", public=public)
    return caught.value.message


def test_a_set_a_single_key_and_pem_are_read() -> None:
    assert read_keys(PUBLIC, ASYMMETRIC, "keys").count == 3
    assert read_keys(json.dumps(RSA.as_dict(private=False)).encode(), ("RS256",), "key").count == 1
    for key, alg in ((RSA, "RS256"), (EC, "ES256"), (OKP, "Ed25519")):
        assert read_keys(key.as_pem(private=False), (alg,), "pem").count == 1
    both = RSA.as_pem(private=False) + EC.as_pem(private=False)
    assert read_keys(both, ("RS256", "ES256"), "pem").count == 2


def test_a_certificate_is_read(tmp_path: Path) -> None:
    import trustme

    pem = tmp_path / "cert.pem"
    trustme.CA().issue_cert("login.example.com").cert_chain_pems[0].write_to_path(pem)
    assert read_keys(pem.read_bytes(), ("ES256",), "cert").count == 1


def test_a_private_key_is_not_kept() -> None:
    keys = read_keys(json.dumps({"keys": [RSA.as_dict(private=True)]}).encode(), ("RS256",), "keys")
    assert keys.count == 1
    assert complaint(RSA.as_pem(private=True)) == "keys.json holds a private key"


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"use": "enc"}, 0),
        ({"use": "sig"}, 1),
        ({"alg": "RS512"}, 0),
        ({"alg": "RS256"}, 1),
        ({"key_ops": ["verify"]}, 1),
        ({"key_ops": ["encrypt"]}, 0),
    ],
)
def test_what_a_key_says_it_is_for_is_kept_to(more: dict[str, Any], count: int) -> None:
    raw = key_set(RSA, **more)
    if count:
        assert read_keys(raw, ("RS256",), "keys").count == count
    else:
        assert "no key for RS256" in complaint(raw)


def test_a_curve_goes_with_its_algorithm_only() -> None:
    assert "no key for ES384" in complaint(key_set(EC), "ES384")
    assert "no key for Ed25519" in complaint(key_set(jwk.OKPKey.generate_key("X25519")), "Ed25519")
    assert "no key for EdDSA" in complaint(key_set(jwk.OKPKey.generate_key("Ed448")), "EdDSA")


def test_weak_keys_are_not_used() -> None:
    raw = subprocess.run(["openssl", "genrsa", "1024"], capture_output=True, check=True).stdout
    public = subprocess.run(["openssl", "rsa", "-pubout"], input=raw, capture_output=True, check=True).stdout
    assert "1024 bits" in complaint(public)
    short = {"kty": "oct", "k": base64.urlsafe_b64encode(b"short").decode().rstrip("=")}
    assert "no key for HS256" in complaint(key_set(short), "HS256")


def test_a_secret_that_everyone_can_read_is_none() -> None:
    secret = jwk.OctKey.generate_key(256).as_dict()
    assert read_keys(key_set(secret), ("HS256",), "keys").count == 1
    assert "stands where everyone can read it" in complaint(key_set(secret), "HS256", public=True)


def test_keys_of_no_use_are_told_of_and_do_no_harm() -> None:
    odd = [
        {"kty": "XYZ"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {},
    ]
    keys = read_keys(key_set(*odd, RSA), ("RS256",), "keys")
    assert keys.count == 1
    assert len(keys.skipped) == 4


@pytest.mark.parametrize(
    "raw", [b"", b"x", b"[]", b"{}", b'{"keys":1}', b'{"keys":[1]}', b'{"keys":{}}', b'{"keys":[],"keys":[]}']
)
def test_what_is_no_key_set(raw: bytes) -> None:
    assert "key" in complaint(raw)


def test_bounds() -> None:
    assert "more than 100 keys" in complaint(key_set(*[{"kty": "RSA"}] * 101))
    assert "larger than" in complaint(b" " * 300_000)


@given(
    st.binary(max_size=100)
    | st.recursive(
        st.none() | st.text(max_size=9),
        lambda i: st.dictionaries(
            st.sampled_from(["keys", "kty", "k", "n", "e", "crv", "x", "y", "use", "key_ops", "alg", "kid"]),
            i | st.lists(i),
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_rubbish_is_refused_with_an_error_of_ours(raw: bytes) -> None:
    complaint(raw, "RS256", "ES256", "HS256")


def test_the_secret_of_a_file() -> None:
    assert read_secret(SECRET + b"\r\n", ("HS256",), "file").count == 1
    for bad, why in (
        (b"qwertz\n", "shorter than"),
        (b"x" * 5000, "longer than"),
        (RSA.as_pem(private=False), "no secret"),
    ):
        with pytest.raises(JwksError, match=why) as caught:
            read_secret(bad, ("HS256",), "file")
        assert bad.decode()[:4] not in caught.value.message or bad[:1] == b"x"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(JwksError, match="cannot read"):
        read_file(tmp_path / "nothing")
