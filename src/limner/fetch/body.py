"""Reads an answer's bytes, no more than a limit, whether they come as they are or compressed."""

from __future__ import annotations

import zlib

import httpx

from limner.fetch.errors import FetchError

ACCEPTED = "gzip"  # the only coding that is asked for


def read(response: httpx.Response, limit: int, shown: str) -> bytes:
    """Read the body of an answer: `limit` bytes at most, counted on the wire and again when unpacked.

    Raises FetchError, and what httpcore raises when the connection breaks.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError(f"{shown}: the answer is packed as {coding[:40]!r}, which was not asked for", kind="broken")
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
        raise too_large(shown, limit)
    packed = zlib.decompressobj(wbits=31) if coding.endswith("gzip") else None
    parts: list[bytes] = []
    raw = size = 0
    for chunk in response.iter_raw():
        raw += len(chunk)
        if raw > limit:
            raise too_large(shown, limit)
        if packed is not None:
            try:
                chunk = packed.decompress(chunk, limit - size + 1)
            except zlib.error:
                raise FetchError(f"{shown}: the answer is not packed as it says (gzip)", kind="broken") from None
        size += len(chunk)
        if size > limit:
            raise too_large(shown, limit)
        parts.append(chunk)
    if packed is not None and raw and not packed.eof:
        raise FetchError(f"{shown}: the packed answer ends early", kind="broken", again=True)
    return b"".join(parts)


def too_large(shown: str, limit: int) -> FetchError:
    """Make the error for an answer of too many bytes."""
    return FetchError(f"{shown}: the answer is larger than the {limit:,} bytes that are taken at most", kind="large")
