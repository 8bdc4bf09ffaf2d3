"""The sample's key and trust stores, as PKCS#12 that Java takes, with several keys in one where WebSphere has them."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate
from pyasn1.codec.der import decoder, encoder
from pyasn1.type.univ import OctetString
from pyasn1_modules import rfc7292

from limner.cell.keystores.pkcs12_ciphers import bmp, derive
from limner.cell.sample.authority import Identity

_ROUNDS: Final = 2048
_MAC_KEY: Final = 3  # RFC 7292, appendix B.3: the purpose of a key that is derived for the check sum
_SHA1_BYTES: Final = 20


def key_store(identities: Mapping[str, Identity], password: str) -> bytes:
    """Make a key store; the names are the aliases. 3DES and SHA-1, as a Java of that time reads it."""
    stores = [
        pkcs12.serialize_key_and_certificates(
            alias.encode(), each.key, each.certificate, each.above, _encryption(password)
        )
        for alias, each in identities.items()
    ]
    return stores[0] if len(stores) == 1 else _merge(stores, password)


def trust_store(signers: Mapping[str, Certificate], password: str) -> bytes:
    """Make a store of signers, each marked as Java wants it: without the mark it would read an empty store."""
    certificates = [pkcs12.PKCS12Certificate(each, alias.encode()) for alias, each in signers.items()]
    return pkcs12.serialize_java_truststore(certificates, _encryption(password))


def _encryption(password: str) -> serialization.KeySerializationEncryption:
    return (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())  # noqa: S303
        .build(password.encode())
    )


def _merge(stores: list[bytes], password: str) -> bytes:
    """Put the parts of several stores of one password into one, and seal it anew (RFC 7292, chapter 4)."""
    outer, _ = decoder.decode(stores[0], asn1Spec=rfc7292.PFX())
    whole = rfc7292.AuthenticatedSafe()
    for raw in stores:
        pfx, _ = decoder.decode(raw, asn1Spec=rfc7292.PFX())
        for part in _parts(pfx):
            whole.append(part)
    content = encoder.encode(whole)
    outer["authSafe"]["content"] = encoder.encode(OctetString(content))
    salt = os.urandom(_SHA1_BYTES)
    key = derive("sha1", _MAC_KEY, bmp(password), salt, _ROUNDS, _SHA1_BYTES)
    outer["macData"]["mac"]["digest"] = hmac.new(key, content, hashlib.sha1).digest()
    outer["macData"]["macSalt"] = salt
    outer["macData"]["iterations"] = _ROUNDS
    return bytes(encoder.encode(outer))


def _parts(pfx: Any) -> Any:
    content, _ = decoder.decode(pfx["authSafe"]["content"], asn1Spec=OctetString())
    parts, _ = decoder.decode(content, asn1Spec=rfc7292.AuthenticatedSafe())
    return parts
