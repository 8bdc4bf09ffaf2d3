"""Reads a file of certificates; its content says of which format it is, not its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from limner.cell.keystores import jks, pem, pkcs12
from limner.cell.keystores.errors import DamagedError, KeyStoreError
from limner.cell.keystores.store import MOST_BYTES, Store


def read(file: Path, ask: Callable[[], str]) -> Store:
    """Read a file; `ask` is called for the password, once, if one is needed.

    Raises KeyStoreError, PasswordError where it is the password, DamagedError where it is the file.
    """
    raw, where = read_bytes(file, MOST_BYTES), str(file)
    if not raw:
        raise DamagedError(f"{file} is empty")
    if raw[:4] in jks.MAGIC:
        return jks.read(raw, ask(), where)
    if pem.is_pem(raw):
        return pem.read(raw, ask, where)
    if raw[0] != 0x30:  # a SEQUENCE of ASN.1
        raise KeyStoreError(f"{file} is neither PKCS#12, JKS, PEM nor a certificate", hint="limner cert reads these")
    if _is_certificate(raw):
        return pem.read_der(raw, where)
    return pkcs12.read(raw, ask(), where)


def _is_certificate(raw: bytes) -> bool:
    """Tell a certificate, which begins with a SEQUENCE again, from PKCS#12, which begins with its version."""
    header = 2 + (raw[1] & 0x7F if len(raw) > 1 and raw[1] & 0x80 else 0)
    return raw[header : header + 1] == b"\x30"


def read_bytes(file: Path, most: int) -> bytes:
    """Read a whole file of at most `most` bytes. Raises KeyStoreError."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(most + 1)
    except (OSError, ValueError) as why:
        raise KeyStoreError(f"cannot read {file}: {why.strerror if isinstance(why, OSError) else why}") from None
    if len(raw) > most:
        raise KeyStoreError(f"{file} is larger than {most} bytes: that is no file of certificates")
    return raw
