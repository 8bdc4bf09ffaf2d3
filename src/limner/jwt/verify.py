"""Verifies tokens: header, signature, claims, in this order; nothing that is not signed is believed.

What a header leads to (algorithm and keys) is remembered by the header's very bytes: tokens of one issuer have the same
header for as long as it uses the same key. The signature is checked by joserfc over the bytes as received.
"""

from __future__ import annotations

from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from limner.jwt.claims import Expected, check, check_typ
from limner.jwt.compact import decode, read_object, split
from limner.jwt.errors import RefusedError
from limner.jwt.keyring import Ring
from limner.jwt.keys import ALGORITHMS, Keys, Proof

MOST_BYTES = 16_384  # of a token
HEADER_BYTES = 2_048  # of its first piece
HEADERS = 64  # that are remembered
TRIES = 4  # keys that one token is tried with, where nothing says which it is
REFUSED_HEADERS = ("crit", "b64", "zip", "enc")  # what would change how the rest is to be read

_registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)


Verified = tuple[dict[str, Any], float]
"""The claims of a token that is valid, and the Unix time at which it ends."""


class Verifier:
    """Verifies tokens by the keys of a ring. `expected` is what they must say."""

    def __init__(self, ring: Ring, expected: Expected, algorithms: tuple[str, ...]) -> None:
        self.ring = ring
        self.expected = expected
        self.algorithms = frozenset(algorithms)
        self._keys: Keys | None = None
        self._headers: dict[bytes, list[Proof]] = {}

    def verify(self, token: bytes, now: float) -> Verified:
        """Verify a token at a Unix time. Raises RefusedError, which says why not, and nothing else."""
        claims = self.prove(token)
        return claims, check(claims, self.expected, now)

    def prove(self, token: bytes) -> dict[str, Any]:
        """Give the claims of a token that one of the keys signed, whatever they say. Raises RefusedError."""
        if len(token) > MOST_BYTES:
            raise RefusedError(f"it is longer than {MOST_BYTES:,} bytes")
        message, _, last = token.rpartition(b".")
        head, _, payload = message.partition(b".")  # a dot more, or none, is not base64url
        if self.ring.keys is not self._keys:
            self._keys = self.ring.keys
            self._headers.clear()
        proofs = self._headers.get(head)
        if proofs is None:
            split(token)  # says so if it is no token at all
            proofs = self._proofs(head)
        signature = decode(last, "signature")
        for proof in proofs:
            try:
                if proof(message, signature):
                    break
            except Exception:  # noqa: BLE001, S112  (whatever a signature does to a key, it does not prove anything)
                continue
        else:
            raise RefusedError("its signature is not the issuer's")
        return read_object(decode(payload, "payload"), "payload")

    def _proofs(self, head: bytes) -> list[Proof]:
        """Give the keys for a token by its header, and remember them."""
        header, keys = read_header(head), self._keys
        name = header["alg"]
        if name not in self.algorithms:
            raise RefusedError("its algorithm is not one that the settings allow")
        check_typ(header.get("typ"), self.expected.typ)
        if keys is None:
            self.ring.miss()
            raise RefusedError("the issuer's keys are not there")
        proofs = keys.proofs(name, header.get("kid"))[:TRIES]
        if not proofs:
            self.ring.miss()
            raise RefusedError("no key of the issuer fits it")
        if len(self._headers) >= HEADERS:
            self._headers.clear()
        self._headers[head] = proofs
        return proofs


def read_header(head: bytes) -> dict[str, Any]:
    """Read the header of a token: at least `alg`, a text. Raises RefusedError."""
    if len(head) > HEADER_BYTES:
        raise RefusedError(f"its header is longer than {HEADER_BYTES:,} bytes")
    header = read_object(decode(head, "header"), "header")
    for name in REFUSED_HEADERS:
        if name in header:
            raise RefusedError(f"its header asks for something that is not known here ({name})")
    try:
        _registry.check_header(header)
    except (JoseError, AttributeError, TypeError):
        raise RefusedError("its header is not one of a signed token") from None
    return header
