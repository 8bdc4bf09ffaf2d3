"""Makes LTPA tokens of each outward form, after HCL's C API guide (Domino's own) and the lengths of WebSphere's."""

from __future__ import annotations

import hashlib
from base64 import b64encode


def domino(user: str = "CN=Jane Roe/O=ACME", *, created: int, expires: int, secret: bytes = bytes(range(20))) -> bytes:
    body = b"\x00\x01\x02\x03" + f"{created:08X}{expires:08X}{user}".encode()
    return b64encode(body + hashlib.sha1(body + secret).digest())


def encrypted(length: int) -> bytes:
    """Give a token as long as one of WebSphere's: whole blocks of a cipher that nobody can read."""
    return b64encode(bytes(at * 37 % 251 for at in range(length)))
