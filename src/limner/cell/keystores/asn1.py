"""ASN.1, as strictly as files of other people's tools allow: BER is taken where DER should be."""

from __future__ import annotations

from typing import Any

from pyasn1.codec.ber import decoder
from pyasn1.error import PyAsn1Error

from limner.cell.keystores.errors import DamagedError


def decode(raw: Any, spec: Any, where: str) -> Any:
    """Read a value of the type `spec`, and nothing behind it. Raises DamagedError.

    pyasn1 bounds the depth; the length is bounded by whoever read the file.
    """
    try:
        value, rest = decoder.decode(bytes(raw), asn1Spec=spec)
    except (PyAsn1Error, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, RecursionError):
        raise DamagedError(f"{where} is damaged: its structure ends or breaks") from None
    if rest:
        raise DamagedError(f"{where} is damaged: there is something behind its structure")
    return value
