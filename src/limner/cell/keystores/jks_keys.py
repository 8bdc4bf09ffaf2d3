"""Private keys in Java's own stores: how JKS and JCEKS protect them. Nobody else does it so.

After sun.security.provider.KeyProtector (JKS) and com.sun.crypto.provider.KeyProtector (JCEKS) in OpenJDK.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyasn1_modules import rfc5208, rfc8018

from limner.cell.keystores.asn1 import decode
from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.pkcs12_ciphers import MOST_ITERATIONS, triple_des

_JKS = "1.3.6.1.4.1.42.2.17.1.1"
_JCEKS = "1.3.6.1.4.1.42.2.19.1"  # PBEWithMD5AndTripleDES
_SHA1_BYTES = 20


def open_key(sealed: bytes, password: str, where: str) -> PrivateKeyTypes:
    """Decrypt a private key. Raises PasswordError, DamagedError or KeyStoreError."""
    info = decode(sealed, rfc5208.EncryptedPrivateKeyInfo(), where)
    algorithm, data = info["encryptionAlgorithm"], bytes(info["encryptedData"])
    kind = str(algorithm["algorithm"])
    try:
        if kind == _JKS:
            plain = _jks(data, password)
        elif kind == _JCEKS:
            plain = _jceks(algorithm, data, password, where)
        else:
            raise KeyStoreError(f"{where}: its key is encrypted in a way that limner does not know: {kind}")
        return load_der_private_key(plain, None)
    except UnsupportedAlgorithm as why:
        raise KeyStoreError(f"{where}: its key is of a kind that limner does not know: {why}") from None
    except (ValueError, TypeError):
        raise PasswordError(
            f"{where}: the store's password does not open the key",
            hint="a key can have a password of its own: `keytool -keypasswd` makes both the same",
        ) from None


def _jks(data: bytes, password: str) -> bytes:
    """XOR with a stream of SHA-1 of the password and the block before it; SHA-1 of password and key at the end."""
    if len(data) < 2 * _SHA1_BYTES:
        raise ValueError
    block, body, digest = data[:_SHA1_BYTES], data[_SHA1_BYTES:-_SHA1_BYTES], data[-_SHA1_BYTES:]
    raw, stream = utf16(password), b""
    while len(stream) < len(body):
        block = hashlib.sha1(raw + block, usedforsecurity=False).digest()
        stream += block
    plain = bytes(a ^ b for a, b in zip(body, stream, strict=False))
    if not hmac.compare_digest(hashlib.sha1(raw + plain, usedforsecurity=False).digest(), digest):
        raise ValueError
    return plain


def _jceks(algorithm: Any, data: bytes, password: str, where: str) -> bytes:
    """Triple DES; each half of the salt makes half of key and vector, by MD5 many times over."""
    params = decode(algorithm["parameters"], rfc8018.PBEParameter(), where)
    salt, rounds = bytes(params["salt"]), int(params["iterationCount"])
    if len(salt) != 8 or not 0 < rounds <= MOST_ITERATIONS:
        raise DamagedError(f"{where} is damaged: its key is sealed with an impossible salt or count")
    halves = [salt[:4], salt[4:]]
    if halves[0] == halves[1]:  # Java means to turn the first half round, and does this (PBES1Core)
        a, b, _, d = halves[0]
        halves[0] = bytes((d, a, b, d))
    raw, made = password.encode("ascii", "replace"), b""
    for half in halves:
        part = half
        for _ in range(rounds):
            part = hashlib.md5(part + raw, usedforsecurity=False).digest()
        made += part
    unpadder = PKCS7(64).unpadder()
    return unpadder.update(triple_des(made[:24], made[24:], data)) + unpadder.finalize()


def utf16(password: str) -> bytes:
    """Give a password as Java hashes it: UTF-16, the big end first."""
    return password.encode("utf-16-be", "surrogatepass")
