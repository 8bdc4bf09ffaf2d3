"""WebSphere's `{xor}`: base64 of a password's bytes, each XORed with 0x5F. It hides, and protects nothing."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from limner.cell.errors import CellError

_MARK: Final = "{xor}"
_MASK: Final = 0x5F


def decode(written: str) -> str:
    """Give a password as it is; one without a mark is clear text. Raises CellError, which never holds the password.

    `{aes}` and custom encodings need a key of the cell, and are not read.
    """
    if not (written.startswith("{") and "}" in written):
        return written
    mark, _, text = written.partition("}")
    if f"{mark}}}".lower() != _MARK:
        raise CellError("its password is not encoded as {xor}, but in another way, which is not read")
    try:
        raw = base64.b64decode(text, validate=True)
        return bytes(byte ^ _MASK for byte in raw).decode("utf-8")
    except (binascii.Error, ValueError):
        raise CellError("its password is not sound {xor}") from None


def encode(password: str) -> str:
    """Write a password as WebSphere does."""
    return _MARK + base64.b64encode(bytes(byte ^ _MASK for byte in password.encode())).decode()
