"""An *entity*: a picture with the header lines that belong to it, as it stands in the library and goes on the wire.

The lines are made once, when the picture comes in, because nothing that is known then should be made while serving.
The ETag is strong: a digest of the bytes.
"""

from __future__ import annotations

import base64
import hashlib

from limner.errors import DamagedError

END = b"\r\n\r\n"
LINES = 51  # bytes, at least, of the lines and the empty one: for a body of one digit's length


def etag(body: bytes) -> str:
    """Give the ETag of a body, without quotation marks: 20 characters of URL-safe base64 of a BLAKE2b digest."""
    return base64.urlsafe_b64encode(hashlib.blake2b(body, digest_size=15).digest()).decode("ascii")


def pack(body: bytes) -> bytes:
    """Give the entity of a body."""
    return b'ETag: "%s"\r\nContent-Length: %d\r\n\r\n%s' % (etag(body).encode("ascii"), len(body), body)


def unpack(entity: bytes) -> tuple[str, bytes]:
    """Give (ETag without quotation marks, body). Raises LibraryError."""
    head, end, body = entity.partition(END)
    if not end or not head.isascii():
        raise DamagedError("a rendition is damaged", hint="`limner library check` names all that is")
    return head[7:27].decode("ascii"), body


def is_whole(entity: bytes) -> bool:
    """Tell whether the lines of an entity fit its body."""
    at = entity.find(END)
    return at >= 0 and pack(entity[at + 4 :]) == entity


def body_size(size: int) -> int:
    """Give the bytes of the body of an entity of `size` bytes."""
    return next(size - LINES - more for more in range(20) if len(str(size - LINES - more)) == more + 1)
