"""An entry of a directory: its name, and its values by the names of their attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

_RANGE = re.compile(r";range=(\d+)-(\d+|\*)")
_OPTIONS = re.compile(r";(?:binary|range=[^;]*)")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: `dn` as the server writes it; values are bytes, and attributes are found in any case of letters.

    The options `;binary` (RFC 4522) and `;range=` (MS-ADTS 3.1.1.3.1.3.3) are taken off the names; an attribute with
    another option, such as a language, is another attribute.
    """

    dn: str
    attributes: Mapping[str, list[bytes]] = field(repr=False)

    def values(self, name: str) -> list[bytes]:
        """Give an attribute's values in the order of the server; none if the entry does not have it."""
        return self.attributes.get(name.lower(), [])

    def texts(self, name: str) -> list[str]:
        """Give an attribute's values as text; what is not UTF-8 is left out."""
        found = []
        for value in self.values(name):
            with suppress(UnicodeDecodeError):
                found.append(value.decode("utf-8"))
        return found

    def text(self, name: str) -> str | None:
        """Give the first of an attribute's values that is text; None if there is none."""
        for value in self.values(name):
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                continue
        return None


def bare(name: str) -> str:
    """Give an attribute's name in lower case, without the options that say how its values are written."""
    name = name.lower()
    return _OPTIONS.sub("", name) if ";" in name else name


def next_range(name: str) -> int | None:
    """Give the number of the first value that the server held back; None if `name` says that it sent all there are.

    A server that sends a part of many values writes it as an option of the name: `member;range=0-1499`, and the last
    part as `member;range=1500-*` (MS-ADTS 3.1.1.3.1.3.3).
    """
    part = _RANGE.search(name.lower())
    return None if part is None or part[2] == "*" else int(part[2]) + 1


def shown(identifier: bytes, *, microsoft: bool) -> str:
    """Write an entry's 16-byte identifier as usual; Microsoft's objectGUID has its first three parts little-endian."""
    if len(identifier) != 16:
        return identifier.hex()
    if microsoft:
        identifier = identifier[3::-1] + identifier[5:3:-1] + identifier[7:5:-1] + identifier[8:]
    text = identifier.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
