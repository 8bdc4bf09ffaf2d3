"""Which endpoints to scan: HOST:PORT, as people write it."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from limner.cell.keystores.hosts import is_host
from limner.cell.scan.errors import ScanError

_NAMED = re.compile(r"(?P<host>[^:\s/@\[\]]{1,253}):(?P<port>[0-9]{1,5})")
_BRACKETED = re.compile(r"\[(?P<host>[0-9A-Fa-f:.]{2,45})\]:(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Target:
    """An endpoint, as it was named."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str) -> Target:
    """Read `st.acme.example:9443`, `10.20.30.40:8879` or `[2001:db8::1]:443`. Raises ScanError."""
    found = _NAMED.fullmatch(text.strip()) or _BRACKETED.fullmatch(text.strip())
    if found and 0 < int(found["port"]) < 65536 and is_host(found["host"]):
        return Target(found["host"], int(found["port"]))
    raise ScanError(
        f"{text[:80]!r} is no endpoint", hint="write HOST:PORT, as in st.acme.example:9443 or [2001:db8::1]:443"
    )


def addresses(target: Target) -> list[str]:
    """Give the IP addresses of a target, once and for all its connections. Raises ScanError."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as why:
        words = why.strerror if isinstance(why, OSError) else "it is no name"
        raise ScanError(f"{target.host} cannot be found: {words}") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))
