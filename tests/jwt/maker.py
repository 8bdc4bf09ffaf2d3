"""Makes tokens, good and bad: an issuer as any other, and pieces of tokens that nobody should make."""

from __future__ import annotations

import base64
import json
from typing import Any

from joserfc import jwk, jwt

from limner.jwt import Expected, FixedRing, Verifier, read_keys

NOW = 1_800_000_000
ISSUER, AUDIENCE = "https://login.example.com/", "limner"
RSA = jwk.RSAKey.generate_key(2048, {"kid": "rsa"})
EC = jwk.ECKey.generate_key("P-256", {"kid": "ec"})
OKP = jwk.OKPKey.generate_key("Ed25519", {"kid": "ed"})
KEYS = {"RS256": RSA, "PS256": RSA, "RS512": RSA, "ES256": EC, "Ed25519": OKP}
SECRET = b"a secret that is long enough for HMAC with SHA-256"
PUBLIC = json.dumps({"keys": [key.as_dict(private=False) for key in (RSA, EC, OKP)]}).encode()


def claims(**more: Any) -> dict[str, Any]:
    """Give claims that are fine, but for what is said; None takes one away."""
    fine = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "4711",
        "email": "jane@example.com",
        "iat": NOW - 10,
        "exp": NOW + 600,
    }
    return {name: value for name, value in (fine | more).items() if value is not None}


def b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def token(alg: str = "RS256", header: dict[str, Any] | None = None, key: Any = None, **more: Any) -> bytes:
    """Make a token of an issuer's."""
    key = key or KEYS[alg]
    head = {"alg": alg, **({"kid": key.kid} if key.kid else {}), **(header or {})}
    return jwt.encode(head, claims(**more), key, algorithms=[alg]).encode()


def sign(head: bytes, payload: bytes, key: Any = RSA, alg: str = "RS256") -> bytes:
    """Sign a header and a payload as they are, whatever they are."""
    from joserfc.jws import JWSRegistry

    message = b64(head) + b"." + b64(payload)
    return message + b"." + b64(JWSRegistry(algorithms=[alg]).get_alg(alg).sign(message, key))


def verifier(*algorithms: str, public: bytes = PUBLIC, **expected: Any) -> Verifier:
    """Make a verifier of the issuer's tokens."""
    names = algorithms or ("RS256",)
    asked = Expected(frozenset([ISSUER]), frozenset([AUDIENCE]), **expected)
    return Verifier(FixedRing(read_keys(public, names, "the key set")), asked, names)
