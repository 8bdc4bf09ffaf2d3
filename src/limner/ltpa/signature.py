"""The two RSA signatures of LTPA tokens."""

from __future__ import annotations

import hashlib
from hmac import compare_digest
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

DIGEST_INFO: Final = {  # the start of the DER DigestInfo, RFC 8017 9.2 note 1
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
_HASH: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}
_SHADOW: Final = bytes.fromhex("0e0305080904020f000d0b06070a0c01")
_PADDING: Final = PKCS1v15()


class PublicKey:
    """An RSA key that signatures are checked with; `exponent` is odd and small, `modulus` of 1024 or 2048 bits."""

    __slots__ = ("_key", "exponent", "modulus", "size")

    def __init__(self, modulus: int, exponent: int) -> None:
        if modulus.bit_length() not in (1024, 2048) or not modulus & 1:
            raise ValueError("not a modulus of 1024 or 2048 bits")
        if not (3 <= exponent < 1 << 24 and exponent & 1):
            raise ValueError("not a public exponent")
        self.modulus, self.exponent = modulus, exponent
        self.size = modulus.bit_length() // 8  # bytes of a signature
        self._key: RSAPublicKey = RSAPublicNumbers(exponent, modulus).public_key()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the modulus' bytes, in hex."""
        return hashlib.sha256(self.modulus.to_bytes(self.size, "big")).hexdigest()

    def signed_twice_hashed(self, body: bytes, signature: bytes, digest: str) -> bool:
        """Check LTPA 2's signature: PKCS#1 v1.5 over the digest *of the digest* of the body.

        The block is recovered and compared whole, so that a system whose OpenSSL forbids SHA-1 signatures still
        reads the tokens that its servers make.
        """
        hashed = _HASH[digest]
        twice = hashed(hashed(body, usedforsecurity=False).digest(), usedforsecurity=False)
        try:
            block = self._key.recover_data_from_signature(signature, _PADDING, None)
        except InvalidSignature:
            return False
        return compare_digest(block, DIGEST_INFO[digest] + twice.digest())

    def signed_iso9796(self, body: bytes, signature: bytes) -> bool:
        """Check LTPA 1's signature: ISO/IEC 9796-1 over SHA-1 of the body; s or n - s. No other size than 1024 bits."""
        number = int.from_bytes(signature, "big")
        if len(signature) != 128 or self.size != 128 or number >= self.modulus:
            return False
        opened = pow(number, self.exponent, self.modulus)
        block = iso9796_block(hashlib.sha1(body, usedforsecurity=False).digest())
        return int.from_bytes(block, "big") in (opened, self.modulus - opened)


def iso9796_block(digest: bytes) -> bytes:
    """Pad 20 bytes to the 128 that a 1024-bit key signs: each byte preceded by its shadow, repeated from the right."""
    block = bytearray(128)
    for i in range(64):
        byte = digest[19 - i % 20]
        block[127 - 2 * i] = byte
        block[126 - 2 * i] = _SHADOW[byte >> 4] << 4 | _SHADOW[byte & 15]
    block[88] ^= 1  # marks where the first copy begins
    block[0] = block[0] & 0x7F | 0x40
    block[127] = (block[127] & 0x0F) << 4 | 6
    return bytes(block)
