"""The three ciphers of LTPA; the border to the cryptography library."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from limner.ltpa.errors import KeyFileError

_PADDINGS: Final = tuple(bytes([count]) * count for count in range(17))


class Decryption:
    """A key that decrypts, with PKCS#5 padding. IBM's choice: the start of an AES key is its initialisation vector."""

    __slots__ = ("_cipher", "block")

    def __init__(self, key: bytes) -> None:
        """Take 16 or 32 bytes for AES in CBC mode, 24 for triple DES in ECB mode."""
        self.block: Final = 8 if len(key) == 24 else 16  # bytes
        self._cipher: Cipher[modes.CBC] | Cipher[modes.ECB] = (
            Cipher(TripleDES(key), modes.ECB())  # noqa: S305 - it is what LTPA 1 and its key files are made with
            if len(key) == 24
            else Cipher(AES(key), modes.CBC(key[:16]))
        )

    def decrypt(self, raw: bytes) -> bytes:
        """Decrypt whole blocks and take the padding off; nothing, where that is not possible.

        Bytes that are no whole blocks are cut to such, so that the work is the same. Raises KeyFileError if this
        machine's OpenSSL does not have the cipher.
        """
        block = self.block
        surplus = len(raw) % block
        try:
            decryptor = self._cipher.decryptor()
        except UnsupportedAlgorithm:
            raise KeyFileError(
                "OpenSSL on this machine refuses triple DES, which these keys are encrypted with",
                hint="import the keys on a machine that is not in FIPS mode",
            ) from None
        padded = decryptor.update(raw[: len(raw) - surplus] if surplus else raw)
        decryptor.finalize()
        if surplus or not padded:
            return b""
        count = padded[-1]
        if not 1 <= count <= block or not padded.endswith(_PADDINGS[count]):
            return b""
        return padded[:-count]
