"""A hosts file: names that a machine knows without asking DNS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from limner.signon.names import is_address, same_host
from limner.signon.reading import decode, read

MOST_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class HostLine:
    """One line: an address, the names for it, and the line's number from 1."""

    address: str
    names: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Hosts:
    """All lines that say something; what is not understood is passed over, as resolvers do."""

    file: str
    lines: tuple[HostLine, ...]

    def of(self, name: str) -> list[HostLine]:
        """Give the lines that have a name, in their order."""
        return [line for line in self.lines if any(same_host(name.rstrip("."), each) for each in line.names)]


def read_hosts(file: Path) -> Hosts:
    """Read a hosts file. Raises SignonError."""
    return parse_hosts(decode(read(file, MOST_BYTES)), str(file))


def parse_hosts(text: str, file: str) -> Hosts:
    """Make sense of a hosts file's text: `address name [name...] # comment`."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        words = line.partition("#")[0].split()
        if len(words) > 1 and is_address(words[0].partition("%")[0]):
            found.append(HostLine(words[0], tuple(words[1:]), number))
    return Hosts(file, tuple(found))
