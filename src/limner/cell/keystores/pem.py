"""Certificates and keys as PEM text, and single certificates as DER."""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Callable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from limner.cell.keystores.certificate import load
from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.matching import fits
from limner.cell.keystores.store import MOST_CERTIFICATES, Entry, Form, Kind, Store

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----\s(.*?)-----END \1-----", re.DOTALL)
_BEGIN = b"-----BEGIN "
_CERTIFICATES = (b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE")


def is_pem(raw: bytes) -> bool:
    """Say whether a file has PEM in it; text before a block is allowed (RFC 7468, section 2)."""
    return _BEGIN in raw


def read(raw: bytes, ask: Callable[[], str], where: str) -> Store:
    """Read every certificate and private key; `ask` gives the password, if a key needs one.

    A key is with the certificate that it fits and those that follow in the file. Raises PasswordError, DamagedError.
    """
    certificates: list[x509.Certificate] = []
    keys: list[PrivateKeyTypes] = []
    protection: tuple[str, ...] = ()
    blocks = list(_BLOCK.finditer(raw))
    if len(blocks) != raw.count(_BEGIN):
        raise DamagedError(f"{where} is damaged: a block of it does not end")
    if len(blocks) > MOST_CERTIFICATES:
        raise KeyStoreError(f"{where} has more than {MOST_CERTIFICATES} entries")
    for block in blocks:
        label = block[1]
        if label in _CERTIFICATES:
            certificates.append(_certificate(block[2], where))
        elif label.endswith(b"PRIVATE KEY"):
            sealed = label.startswith(b"ENCRYPTED") or b"Proc-Type: 4,ENCRYPTED" in block[2]
            protection = ("encrypted key",) if sealed else protection
            keys.append(_key(block[0], ask() if sealed else None, where))
    return Store(Form.PEM, tuple(_entries(certificates, keys)), protection)


def read_der(raw: bytes, where: str) -> Store:
    """Read one certificate in DER."""
    return Store(Form.DER, (Entry(Kind.CERTIFICATE, None, (load(raw, where),)),))


def _certificate(base64: bytes, where: str) -> x509.Certificate:
    """Read a block. openssl's TRUSTED CERTIFICATE has something behind the certificate, which is left out."""
    try:
        der = a2b_base64(base64)
    except ValueError:
        raise DamagedError(f"{where}: a certificate in it is no base64") from None
    more = der[1] & 0x7F if len(der) > 1 and der[1] & 0x80 else 0
    size = int.from_bytes(der[2 : 2 + more]) if more else int.from_bytes(der[1:2])
    return load(der[: 2 + more + size], where)


def _key(block: bytes, password: str | None, where: str) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(block, None if password is None else password.encode())
    except UnsupportedAlgorithm as why:
        raise KeyStoreError(f"{where}: a private key in it is of a kind that limner does not know: {why}") from None
    except (ValueError, TypeError):
        if password is not None:
            raise PasswordError(f"{where}: the password does not open the private key") from None
        raise DamagedError(f"{where}: a private key in it cannot be read") from None


def _entries(certificates: list[x509.Certificate], keys: list[PrivateKeyTypes]) -> list[Entry]:
    found, left = [], list(certificates)
    for key in keys:
        own = next((each for each in left if fits(key, each)), None)
        chain: tuple[x509.Certificate, ...] = ()
        if own is not None:
            at = left.index(own)
            chain = tuple(left[at:]) if len(keys) == 1 else (own,)
            left = [each for each in left if each not in chain]
        found.append(Entry(Kind.KEY, None, chain, lambda key=key: key))  # type: ignore[misc]
    return found + [Entry(Kind.CERTIFICATE, None, (each,)) for each in left]
