"""Java's own stores: JKS, and JCEKS with certificates and private keys.

The format is that of sun.security.provider.JavaKeyStore and com.sun.crypto.provider.JceKeyStore in OpenJDK: big-endian
numbers; texts of two bytes' length in Java's UTF-8; at the end a SHA-1 over password, a phrase and all before it.
"""

from __future__ import annotations

import hashlib
import hmac
import struct

from cryptography import x509

from limner.cell.keystores import jks_keys
from limner.cell.keystores.certificate import load
from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.store import MOST_CERTIFICATE_BYTES, MOST_CERTIFICATES, Entry, Form, Kind, Store

MAGIC = {b"\xfe\xed\xfe\xed": Form.JKS, b"\xce\xce\xce\xce": Form.JCEKS}
PHRASE = b"Mighty Aphrodite"  # JavaKeyStore.getPreKeyedHash
DIGEST_BYTES = 20
_KEY, _TRUSTED, _SECRET = 1, 2, 3
_MOST_KEY_BYTES = 64 * 1024


class _Reader:
    """Takes numbers, texts and bytes off the front, and never more than there is."""

    def __init__(self, raw: bytes, where: str) -> None:
        self._raw, self._at, self._where = raw, 0, where

    def take(self, size: int, most: int | None = None) -> bytes:
        if (most is not None and size > most) or size > len(self._raw) - self._at:
            raise DamagedError(f"{self._where} is damaged: it ends, or a length in it is wrong, at byte {self._at}")
        self._at += size
        return self._raw[self._at - size : self._at]

    def number(self) -> int:
        return int.from_bytes(self.take(4))

    def text(self) -> str:
        (size,) = struct.unpack(">H", self.take(2))
        try:
            return read_text(self.take(size))
        except UnicodeError:
            raise DamagedError(f"{self._where} is damaged: a name before byte {self._at} is no text") from None

    def certificate(self, version: int) -> x509.Certificate:
        if version == 2 and (kind := self.text()) != "X.509":
            raise KeyStoreError(f"{self._where}: it has a certificate of the kind {kind[:40]!r}, not X.509")
        return load(self.take(self.number(), MOST_CERTIFICATE_BYTES), self._where)

    @property
    def left(self) -> int:
        return len(self._raw) - self._at


def read(raw: bytes, password: str, where: str) -> Store:
    """Read a store. Raises PasswordError, DamagedError, or KeyStoreError for what limner does not read."""
    form = MAGIC[raw[:4]]
    body, digest = raw[:-DIGEST_BYTES], raw[-DIGEST_BYTES:]
    fits = hmac.compare_digest(digest_of(body, password), digest)
    try:
        entries = _entries(_Reader(body, where), password, where, form)
    except DamagedError:
        if fits:
            raise DamagedError(f"{where} is damaged: its check sum is right, but its content is not") from None
        raise
    if not fits:
        raise PasswordError(
            f"{where}: the password is wrong, or the file was changed since it was made",
            hint="the form of its entries is sound, so most likely it is the password",
        )
    return Store(form, entries, ("SHA-1 with the password",))


def digest_of(body: bytes, password: str) -> bytes:
    """Give the check sum of a store: SHA-1 of the password in UTF-16, the phrase and all before the check sum."""
    return hashlib.sha1(jks_keys.utf16(password) + PHRASE + body, usedforsecurity=False).digest()


def read_text(raw: bytes) -> str:
    """Read Java's UTF-8, where a character beyond 16 bits is two surrogates and NUL is two bytes.

    Raises UnicodeError.
    """
    text = raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


def _entries(reader: _Reader, password: str, where: str, form: Form) -> tuple[Entry, ...]:
    reader.take(4)
    version, count = reader.number(), reader.number()
    if version not in (1, 2):
        raise DamagedError(f"{where} is damaged: there is no version {version} of {form}")
    if count > MOST_CERTIFICATES:
        raise DamagedError(f"{where}: it says that it has {count} entries; limner reads {MOST_CERTIFICATES}")
    found = []
    for _ in range(count):
        kind, alias = reader.number(), reader.text()
        reader.take(8)  # the time of its making
        if kind == _KEY:
            sealed = reader.take(reader.number(), _MOST_KEY_BYTES)
            chain = tuple(reader.certificate(version) for _ in range(_length(reader.number(), where)))
            opener = lambda sealed=sealed, alias=alias: jks_keys.open_key(sealed, password, f"{where}: {alias}")  # noqa: E731
            found.append(Entry(Kind.KEY, alias, chain, opener))
        elif kind == _TRUSTED:
            found.append(Entry(Kind.TRUSTED, alias, (reader.certificate(version),)))
        elif kind == _SECRET and form is Form.JCEKS:
            raise KeyStoreError(
                f"{where}: {alias!r} is a secret key, and such stores limner does not read",
                hint="WebSphere keeps LTPA keys so (ltpa.jceks); certificates are in other stores",
            )
        else:
            raise DamagedError(f"{where} is damaged: there is no entry of kind {kind}")
    if reader.left:
        raise DamagedError(f"{where} is damaged: {reader.left} bytes are behind its last entry")
    return tuple(found)


def _length(count: int, where: str) -> int:
    if count > 100:
        raise DamagedError(f"{where} is damaged: a chain of {count} certificates is none")
    return count
