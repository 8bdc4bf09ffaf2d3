"""The parameters of an address's query: where some tools can send a credential, having no other place for it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import unquote_to_bytes

PARAMETERS = 64  # in one address; with more there are none


def parse_parameters(target: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Give the parameters of a target's query as (name, value, as sent): names decoded, values not.

    A piece without `=` is no parameter. A target with more than PARAMETERS pieces has none.
    """
    _, mark, query = target.partition(b"?")
    if not mark or query.count(b"&") >= PARAMETERS:
        return []
    found = []
    for piece in query.split(b"&"):
        name, equals, value = piece.partition(b"=")
        if equals:
            found.append((unquote_to_bytes(name), value, piece))
    return found


def without_parameters(target: bytes, names: Collection[bytes]) -> bytes:
    """Give a target without the parameters of these names; all others stay as they were sent.

    What is not a parameter to `parse_parameters`, because there are too many of them, goes too.
    """
    path, mark, query = target.partition(b"?")
    if not mark or not names:
        return target
    if query.count(b"&") >= PARAMETERS:
        return path
    gone = {piece for name, _, piece in parse_parameters(target) if name in names}
    if not gone:
        return target
    kept = b"&".join(piece for piece in query.split(b"&") if piece not in gone)
    return path + b"?" + kept if kept else path
