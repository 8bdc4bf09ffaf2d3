"""The ClientHello: what a client asks for. Made by hand, for no TLS library still asks for SSL 3.0, RC4 or triple DES.

RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2; RFC 6101, section 5.6.1.2 (SSL 3.0).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from limner.cell.keystores.hosts import is_address
from limner.cell.scan.keyshare import DEFAULT, KeyShare
from limner.cell.scan.suites import Version

RENEGOTIATION = 0x00FF  # RFC 5746: without it, some servers refuse
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019, 0x001E, 0x0016, 0x0100, 0x0101, 0x0102)  # RFC 8446, 4.2.7; secp256k1
_SIGNATURES = (  # RFC 8446, section 4.2.3; and older: DSA, SHA-1, MD5
    *(0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    *(0x0401, 0x0501, 0x0601, 0x0301, 0x0303, 0x0402, 0x0203, 0x0201, 0x0202, 0x0101),
)


@dataclass(frozen=True)
class Hello:
    """A ClientHello: its handshake message, and for TLS 1.3 the keys that its answer is read with."""

    version: Version
    message: bytes
    share: KeyShare | None

    @property
    def record(self) -> bytes:
        """The message as it is sent. The version of the record is no newer than TLS 1.0: old servers look at it."""
        version = min(self.version, Version.TLS10)
        return b"\x16" + version.to_bytes(2) + len(self.message).to_bytes(2) + self.message


def make(version: Version, suites: Sequence[int], host: str, group: int | None = None) -> Hello:
    """Ask for exactly one version and some suites; `host` is told if it is a name, `group` is that of TLS 1.3's key."""
    share = KeyShare.make(group or DEFAULT) if version is Version.TLS13 else None
    signal = () if version is Version.TLS13 else (RENEGOTIATION,)
    listed = b"".join(number.to_bytes(2) for number in (*suites, *signal))
    session = os.urandom(32) if share else b""  # as middle boxes want it: RFC 8446, appendix D.4
    body = min(version, Version.TLS12).to_bytes(2) + os.urandom(32)
    body += len(session).to_bytes(1) + session + len(listed).to_bytes(2) + listed + b"\x01\x00"
    if version is not Version.SSL3:
        extensions = _extensions(version, host, share)
        body += len(extensions).to_bytes(2) + extensions
    return Hello(version, b"\x01" + len(body).to_bytes(3) + body, share)


def _extensions(version: Version, host: str, share: KeyShare | None) -> bytes:
    found = b""
    if host and not is_address(host):
        name = host.removesuffix(".").encode("idna") if not host.isascii() else host.removesuffix(".").encode()
        found += _extension(0, _list(b"\x00" + _list(name)))
    found += _extension(10, _list(_numbers(_GROUPS)))
    found += _extension(11, b"\x01\x00")
    if version >= Version.TLS12:
        found += _extension(13, _list(_numbers(_SIGNATURES)))
    if share is not None:
        found += _extension(43, b"\x02" + version.to_bytes(2))
        found += _extension(45, b"\x01\x01")
        found += _extension(51, _list(share.group.to_bytes(2) + _list(share.public)))
    return found


def _extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2) + _list(content)


def _list(content: bytes) -> bytes:
    return len(content).to_bytes(2) + content


def _numbers(numbers: Sequence[int]) -> bytes:
    return b"".join(number.to_bytes(2) for number in numbers)
