"""Passwords of PKCS#12: what they become (RFC 7292, appendix B; RFC 8018), and the ciphers and check sums they open.

Old stores use RC2 with 40 bits, RC4 and triple DES, also those that WebSphere makes. They are only read here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from Crypto.Cipher import ARC2, ARC4, DES3
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pyasn1.type.univ import OctetString
from pyasn1_modules import rfc7292, rfc8018

from limner.cell.keystores.asn1 import decode
from limner.cell.keystores.errors import KeyStoreError

MOST_ITERATIONS = 5_000_000  # Java's own bound; more only costs time
_KEY, _IV, _MAC = 1, 2, 3  # RFC 7292, appendix B.3
_PBMAC1 = "1.2.840.113549.1.5.14"
_PBES2 = "1.2.840.113549.1.5.13"
_PBKDF2 = "1.2.840.113549.1.5.12"
_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "1.2.840.113549.2.5": "md5",
}
_HMACS = {
    f"1.2.840.113549.2.{arc}": name
    for arc, name in ((7, "sha1"), (8, "sha224"), (9, "sha256"), (10, "sha384"), (11, "sha512"))
}


@dataclass(frozen=True)
class _Old:
    """A cipher of RFC 7292, appendix C: key and initial vector both come from the password."""

    name: str
    key_bytes: int
    iv_bytes: int
    decrypt: Callable[[bytes, bytes, bytes], bytes]


def _rc2(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return bytes(ARC2.new(key, ARC2.MODE_CBC, iv=iv, effective_keylen=8 * len(key)).decrypt(sealed))  # noqa: S304


def _rc4(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return bytes(ARC4.new(key).decrypt(sealed))


def triple_des(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    """Decrypt triple DES in CBC mode; the padding stays. Raises ValueError if it is not whole blocks."""
    key = key + key[:8] if len(key) == 16 else key
    return bytes(DES3.new(DES3.adjust_key_parity(key), DES3.MODE_CBC, iv=iv).decrypt(sealed))


def _aes(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


_OLD = {
    "1.2.840.113549.1.12.1.1": _Old("RC4-128", 16, 0, _rc4),
    "1.2.840.113549.1.12.1.2": _Old("RC4-40", 5, 0, _rc4),
    "1.2.840.113549.1.12.1.3": _Old("3DES", 24, 8, triple_des),
    "1.2.840.113549.1.12.1.4": _Old("3DES with two keys", 16, 8, triple_des),
    "1.2.840.113549.1.12.1.5": _Old("RC2-128", 16, 8, _rc2),
    "1.2.840.113549.1.12.1.6": _Old("RC2-40", 5, 8, _rc2),
}
_NEW = {
    "2.16.840.1.101.3.4.1.2": ("AES-128", 16, _aes),
    "2.16.840.1.101.3.4.1.22": ("AES-192", 24, _aes),
    "2.16.840.1.101.3.4.1.42": ("AES-256", 32, _aes),
    "1.2.840.113549.3.7": ("3DES", 24, triple_des),
}


def decrypt(algorithm: Any, sealed: bytes, password: str, where: str) -> tuple[bytes, str]:
    """Decrypt with what an AlgorithmIdentifier says; give the plain bytes and the cipher's name.

    Raises ValueError if the result cannot be right, as with a wrong password, and KeyStoreError for a cipher that is
    not known.
    """
    oid = str(algorithm["algorithm"])
    if oid == _PBES2:
        scheme = decode(algorithm["parameters"], rfc8018.PBES2_params(), where)
        inner = str(scheme["encryptionScheme"]["algorithm"])
        if inner not in _NEW:
            raise KeyStoreError(f"{where}: it is encrypted in a way that limner does not know: {inner}")
        name, size, unseal = _NEW[inner]
        iv = bytes(decode(scheme["encryptionScheme"]["parameters"], OctetString(), where))
        key = _pbkdf2(scheme["keyDerivationFunc"], password, size, where)
        return _unpadded(unseal(key, iv, sealed)), name
    if oid not in _OLD:
        raise KeyStoreError(f"{where}: it is encrypted in a way that limner does not know: {oid}")
    old = _OLD[oid]
    params = decode(algorithm["parameters"], rfc7292.Pkcs_12PbeParams(), where)
    salt, rounds = bytes(params["salt"]), _iterations(params["iterations"], where)
    raw = bmp(password)
    key = derive("sha1", _KEY, raw, salt, rounds, old.key_bytes)
    iv = derive("sha1", _IV, raw, salt, rounds, old.iv_bytes)
    plain = old.decrypt(key, iv, sealed)
    return (_unpadded(plain) if old.iv_bytes else plain), old.name


def verify(mac: Any, content: bytes, password: str, where: str) -> tuple[bool, str]:
    """Say whether a store's check sum fits its content and the password; and the check sum's name."""
    algorithm = mac["mac"]["digestAlgorithm"]
    oid, wanted = str(algorithm["algorithm"]), bytes(mac["mac"]["digest"])
    if oid == _PBMAC1:
        scheme = decode(algorithm["parameters"], rfc8018.PBMAC1_params(), where)
        name = _HMACS.get(str(scheme["messageAuthScheme"]["algorithm"]))
        if name is None:
            raise KeyStoreError(f"{where}: its check sum is of a kind that limner does not know")
        key = _pbkdf2(scheme["keyDerivationFunc"], password, hashlib.new(name).digest_size, where)
        return hmac.compare_digest(hmac.digest(key, content, name), wanted), f"PBMAC1 {name}"
    name = _DIGESTS.get(oid)
    if name is None:
        raise KeyStoreError(f"{where}: its check sum is of a kind that limner does not know: {oid}")
    salt, rounds = bytes(mac["macSalt"]), _iterations(mac["iterations"], where)
    size = hashlib.new(name, usedforsecurity=False).digest_size
    raws = [bmp(password)] if password else [b"\0\0", b""]  # with no password, some write none and some an empty one
    fits = (hmac.digest(derive(name, _MAC, raw, salt, rounds, size), content, name) for raw in raws)
    return any(hmac.compare_digest(each, wanted) for each in fits), f"HMAC {name}"


def derive(digest: str, purpose: int, password: bytes, salt: bytes, rounds: int, size: int) -> bytes:
    """Make `size` bytes of a password: RFC 7292, appendix B.2. `password` is BMP with two zero bytes at its end."""
    block = hashlib.new(digest, usedforsecurity=False).block_size

    def filled(text: bytes) -> bytes:
        length = block * -(-len(text) // block)
        return (text * (length // len(text) + 1))[:length] if text else b""

    state, made = filled(salt) + filled(password), b""
    while len(made) < size:
        part = bytes([purpose]) * block + state
        for _ in range(rounds):
            part = hashlib.new(digest, part, usedforsecurity=False).digest()
        made += part
        added = int.from_bytes((part * (block // len(part) + 1))[:block], "big") + 1
        state = b"".join(
            ((int.from_bytes(state[at : at + block], "big") + added) % (1 << 8 * block)).to_bytes(block, "big")
            for at in range(0, len(state), block)
        )
    return made[:size]


def bmp(password: str) -> bytes:
    """Give a password as PKCS#12 wants it: UTF-16, the big end first, and two zero bytes."""
    return password.encode("utf-16-be", "surrogatepass") + b"\0\0"


def _pbkdf2(function: Any, password: str, size: int, where: str) -> bytes:
    if str(function["algorithm"]) != _PBKDF2:
        raise KeyStoreError(f"{where}: its key is derived in a way that limner does not know: {function['algorithm']}")
    params = decode(function["parameters"], rfc8018.PBKDF2_params(), where)
    prf = str(params["prf"]["algorithm"]) if params["prf"].isValue else "1.2.840.113549.2.7"
    if prf not in _HMACS or not params["salt"]["specified"].isValue:
        raise KeyStoreError(f"{where}: its key is derived in a way that limner does not know")
    rounds = _iterations(params["iterationCount"], where)
    return hashlib.pbkdf2_hmac(
        _HMACS[prf], password.encode("utf-8", "surrogatepass"), bytes(params["salt"]["specified"]), rounds, size
    )


def _iterations(value: Any, where: str) -> int:
    rounds = int(value)
    if not 0 < rounds <= MOST_ITERATIONS:
        raise KeyStoreError(f"{where}: it wants a password hashed {str(rounds)[:20]} times")
    return rounds


def _unpadded(plain: bytes) -> bytes:
    """Take the padding off. Raises ValueError if it is not one: most likely the password is wrong."""
    unpadder = PKCS7(64 if len(plain) % 16 else 128).unpadder()
    try:
        return unpadder.update(plain) + unpadder.finalize()
    except ValueError:
        unpadder = PKCS7(64).unpadder()
        return unpadder.update(plain) + unpadder.finalize()
