"""Changes the protocol of one block of an ssl.client.props, and not a byte besides."""

from __future__ import annotations

import io
from typing import Final

import javaproperties

from limner.cell.errors import CellError

_ALIAS: Final = "com.ibm.ssl.alias"
_PROTOCOL: Final = "com.ibm.ssl.protocol"


def with_protocol(raw: bytes, alias: str, protocol: str, file: str) -> bytes:
    """Give the file with `protocol` in the block of an alias: the first of it. Raises CellError if there is none."""
    block, done, place = "", False, None
    pieces: list[str] = []
    for item in javaproperties.parse(io.StringIO(raw.decode("iso-8859-1"), newline="")):
        source = item.source
        if isinstance(item, javaproperties.KeyValue):
            if item.key == _ALIAS:
                block = item.value.strip() if place is None else ""
                place = len(pieces) + 1 if block == alias else place
            elif item.key == _PROTOCOL and block == alias:
                done = True  # of a key that comes twice the last one counts, so all are set
                source = f"{_PROTOCOL}={protocol}{_end(source)}"
        pieces.append(source)
    if place is None:
        raise CellError(f"{file}: there is no block {alias}")
    if not done:
        before = pieces[place - 1]
        end = _end(before)
        pieces[place - 1 : place] = [before if end else f"{before}\n", f"{_PROTOCOL}={protocol}{end or chr(10)}"]
    return "".join(pieces).encode("iso-8859-1")


def _end(source: str) -> str:
    return source[len(source.rstrip("\r\n")) :]
