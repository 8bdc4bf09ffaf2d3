"""The three ciphers of LTPA; the border to the cryptography library."""

from __future__ import annotations

from threading import Lock
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from limner.ltpa.errors import KeyFileError

_PADDINGS: Final = tuple(bytes([count]) * count for count in range(17))


class Decryption:
    """A key that decrypts, with PKCS#5 padding. IBM's choice: the start of an AES key is its initialisation vector.

    One decryptor serves for all: in CBC mode what stands before the first block is the vector, so the vector is put
    there as a block of its own.
    """

    __slots__ = ("_begin", "_cipher", "_decryptor", "_lock", "block")

    def __init__(self, key: bytes) -> None:
        """Take 16 or 32 bytes for AES in CBC mode, 24 for triple DES in ECB mode."""
        self.block: Final = 8 if len(key) == 24 else 16  # bytes
        self._begin = b"" if len(key) == 24 else key[:16]
        self._cipher: Cipher[modes.CBC] | Cipher[modes.ECB] = (
            Cipher(TripleDES(key), modes.ECB())  # noqa: S305 - it is what LTPA 1 and its key files are made with
            if len(key) == 24
            else Cipher(AES(key), modes.CBC(self._begin))
        )
        self._decryptor: CipherContext | None = None
        self._lock = Lock()

    def decrypt(self, raw: bytes) -> bytes:
        """Decrypt whole blocks and take the padding off; nothing, where that is not possible.

        Bytes that are no whole blocks are cut to such, so that the work is the same. Raises KeyFileError if this
        machine's OpenSSL does not have the cipher.
        """
        block, begin = self.block, self._begin
        surplus = len(raw) % block
        with self._lock:
            if self._decryptor is None:
                self._decryptor = self._begun()
            padded = self._decryptor.update(begin + (raw[: len(raw) - surplus] if surplus else raw))
        size = len(padded) - len(begin)
        if surplus or not size:
            return b""
        count = padded[-1]
        if not 1 <= count <= block or not padded.endswith(_PADDINGS[count]):
            return b""
        return padded[len(begin) : -count]

    def _begun(self) -> CipherContext:
        try:
            return self._cipher.decryptor()
        except UnsupportedAlgorithm:
            raise KeyFileError(
                "OpenSSL on this machine refuses triple DES, which these keys are encrypted with",
                hint="import the keys on a machine that is not in FIPS mode",
            ) from None
