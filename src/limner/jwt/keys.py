"""Keys that prove tokens: which of a key set can be used, with which algorithms. joserfc reads and checks them."""

from __future__ import annotations

import hmac
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, get_args

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey, import_key
from joserfc.jws import JWSRegistry

from limner.jwt.compact import read_object
from limner.jwt.errors import JwksError, RefusedError
from limner.settings.rules.jwt import Algorithm

ALGORITHMS: tuple[str, ...] = get_args(Algorithm)
MOST_BYTES = 262_144  # of a key set
MOST_KEYS = 100  # in a key set
RSA_BITS = (2048, 8192)  # fewer are weak; with more, to check a token takes long
SECRET_BYTES = 32  # RFC 7518 3.2: as long as what HMAC gives


class Model(Protocol):
    """An algorithm of joserfc's."""

    name: str

    def check_key(self, key: Any) -> None:
        """Raise JoseError for a key that is not one for this algorithm."""

    def verify(self, msg: bytes, sig: bytes, key: Any) -> bool:
        """Tell whether a message has a signature."""


Proof = Callable[[bytes, bytes], bool]
"""Tells whether a message has a signature, by one algorithm and one key; whatever it raises is a no."""


def algorithm(name: str) -> Model:
    """Give joserfc's algorithm of a name in ALGORITHMS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # EdDSA is only an older name of what is called Ed25519 now
        return JWSRegistry(algorithms=list(ALGORITHMS)).get_alg(name)


class Keys:
    """Keys and the algorithms that each may be used with: those allowed that fit its type, curve, `use` and `alg`."""

    def __init__(self, keys: Iterable[Key], algorithms: Sequence[str], skipped: Iterable[str] = ()) -> None:
        self.skipped = tuple(skipped)
        """Why other keys of the set are of no use here."""
        self.count = 0
        self._proofs: dict[str, list[tuple[str | None, Proof]]] = {name: [] for name in algorithms}
        self.any_kid = False
        for key in keys:
            fits = [model for model in map(algorithm, algorithms) if _fits(model, key)]
            self.count += bool(fits)
            self.any_kid = self.any_kid or (bool(fits) and key.kid is not None)
            for model in fits:
                self._proofs[model.name].append((key.kid, _proof(model, key)))

    def __bool__(self) -> bool:
        return self.count > 0

    def proofs(self, name: str, kid: str | None) -> list[Proof]:
        """Give what checks an algorithm's signatures, by the key of that id if there is one and keys have such."""
        found = self._proofs.get(name, [])
        return [proof for its, proof in found if kid is None or not self.any_kid or its == kid]


def _proof(model: Model, key: Key) -> Proof:
    if isinstance(key, RSAKey):  # what joserfc does too; to look the key up each time takes it longer than all else
        padding, digest, public = model.padding, model.hash_alg(), key.public_key  # type: ignore[attr-defined]

        def prove(message: bytes, signature: bytes) -> bool:
            public.verify(signature, message, padding, digest)
            return True

        return prove
    if isinstance(key, OctKey):
        secret, name = key.raw_value, model.hash_alg().name  # type: ignore[attr-defined]
        return lambda message, signature: hmac.compare_digest(hmac.digest(secret, message, name), signature)
    return lambda message, signature: model.verify(message, signature, key)


def _fits(model: Model, key: Key) -> bool:
    try:
        model.check_key(key)
        key.check_key_op("verify")
    except JoseError:
        return False
    return not (key.key_type == "OKP" and key.get("crv") != "Ed25519")


def read_keys(raw: bytes, algorithms: Sequence[str], where: str, *, public: bool = False) -> Keys:
    """Read a key set (RFC 7517), a single key of one, or public keys and certificates in PEM.

    `public`: the keys come from a place that everyone can read, so that a secret among them is none. Raises JwksError
    if no key fits the algorithms.
    """
    if len(raw) > MOST_BYTES:
        raise JwksError(f"{where} is larger than {MOST_BYTES:,} bytes; a key set is small")
    found, skipped = _read_pem(raw, where) if b"-----BEGIN " in raw else _read_set(raw, where, public=public)
    keys = Keys(found, algorithms, skipped)
    if not keys:
        why = f" ({'; '.join(keys.skipped[:3])})" if keys.skipped else ""
        raise JwksError(f"{where} holds no key for {' or '.join(algorithms)}{why}")
    return keys


def _read_set(raw: bytes, where: str, *, public: bool) -> tuple[list[Key], list[str]]:
    try:
        whole = read_object(raw, "text")
    except RefusedError:
        raise JwksError(
            f"{where} is not a key set", hint="a key set (JWKS) is JSON; public keys and certificates may be PEM"
        ) from None
    given = whole.get("keys", [whole] if "kty" in whole else None)
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise JwksError(f"{where} is JSON, but no key set")
    if len(given) > MOST_KEYS:
        raise JwksError(f"{where} holds more than {MOST_KEYS} keys")
    keys, skipped = [], []
    for number, each in enumerate(given, 1):
        try:
            keys.append(_take(each, public=public))
        except RefusedError as why:
            skipped.append(f"key {number} {why}")
    return keys, skipped


def _take(given: dict[str, Any], *, public: bool) -> Key:
    """Make a key of an entry, without its private half. Raises RefusedError."""
    if given.get("kty") == "oct" and public:
        raise RefusedError("is a secret, and stands where everyone can read it")
    if given.get("kty") not in ("RSA", "EC", "OKP", "oct"):
        raise RefusedError("is of a kind that is not known here")
    if given.get("use", "sig") != "sig":
        raise RefusedError("is not for signatures")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what joserfc warns of is too weak for us
            key = import_key(given)
            if key.is_private and not isinstance(key, OctKey):
                kept = {name: value for name, value in key.as_dict(private=False).items() if name != "key_ops"}
                key = import_key(kept)
            _judge(key)
    except RefusedError:
        raise
    except Exception:  # noqa: BLE001  (whatever is wrong with a foreign key, it is not used)
        raise RefusedError("cannot be read, or is too weak") from None
    return key


def _judge(key: Key) -> None:
    if isinstance(key, RSAKey):
        number: RSAPublicKey = key.public_key
        least, most = RSA_BITS
        if not least <= number.key_size <= most:
            raise RefusedError(f"is of {number.key_size} bits; {least} to {most} are taken")
    if isinstance(key, OctKey) and len(key.raw_value) < SECRET_BYTES:
        raise RefusedError(f"is a secret of fewer than {SECRET_BYTES} bytes: it can be guessed")


def _read_pem(raw: bytes, where: str) -> tuple[list[Key], list[str]]:
    if b"PRIVATE KEY-----" in raw:
        raise JwksError(f"{where} holds a private key", hint="limner needs the public key, or the certificate, only")
    keys: list[Key] = []
    skipped: list[str] = []
    pieces = [b"-----BEGIN " + piece for piece in raw.split(b"-----BEGIN ")[1:]]
    for number, piece in enumerate(pieces[:MOST_KEYS], 1):
        try:
            keys.append(_take_pem(piece))
        except RefusedError as why:
            skipped.append(f"key {number} {why}")
    return keys, skipped


def _take_pem(piece: bytes) -> Key:
    kinds: tuple[type[RSAKey | ECKey | OKPKey], ...] = (RSAKey, ECKey, OKPKey)
    for kind in kinds:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # `_judge` says what is too weak
                key = kind.import_key(piece)
        except Exception:  # noqa: BLE001, S112  (it is of another kind, or of none)
            continue
        _judge(key)
        return key
    raise RefusedError("cannot be read")


def read_secret(raw: bytes, algorithms: Sequence[str], where: str) -> Keys:
    """Take a file's bytes, but for the line's end, as the secret of HMAC. Raises JwksError, which does not quote it."""
    secret = raw.removesuffix(b"\n").removesuffix(b"\r")
    if len(secret) < SECRET_BYTES:
        raise JwksError(
            f"the secret in {where} is shorter than {SECRET_BYTES} bytes: whoever has one token can guess it",
            hint="make a longer one, such as by `openssl rand -hex 32`, there and here",
        )
    if len(secret) > 4096:
        raise JwksError(f"the secret in {where} is longer than 4,096 bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            key = OctKey.import_key(secret)
    except Exception:  # noqa: BLE001  (joserfc: it is, or looks like, a public key)
        raise JwksError(f"{where} holds a key that is no secret, such as a public key") from None
    return Keys([key], algorithms)


def read_file(file: Path, limit: int = MOST_BYTES) -> bytes:
    """Read a small file. Raises JwksError."""
    try:
        with file.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as why:
        raise JwksError(f"cannot read {file}: {why.strerror}") from None
