"""A request's target (RFC 9112 section 3.2) -> path segments and query; what is not well-formed is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from limner.errors import LimnerError

_ABSOLUTE = re.compile(rb"https?://[^/?#]+", re.IGNORECASE)
_ALLOWED = re.compile(rb"/(?:[!\"$&-\[\]-~]|%[0-9A-Fa-f]{2})*(?:\?(?:[!\"$&-\[\]-~]|%[0-9A-Fa-f]{2})*)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
PARAMETER_LIMIT = 64


class BadTargetError(LimnerError):
    """A target that has no one meaning: answered with 400."""


@dataclass(frozen=True, slots=True)
class Target:
    """A path, split at its slashes and decoded after that, and the parameters of the query, the first of each name."""

    segments: tuple[str, ...]
    query: dict[str, str]


def parse(raw: bytes) -> Target:
    """Parse a target: `/path?query`, or an absolute http address, of which the server's name is left out.

    Raises BadTargetError for bad percent-encoding, bytes that are not UTF-8, control characters, a fragment, or
    characters that no target may hold.
    """
    raw = without_server(raw)
    if not _ALLOWED.fullmatch(raw):
        raise BadTargetError("the address is not well-formed")
    path, _, query = raw.partition(b"?")
    segments = tuple(_decode(segment) for segment in path[1:].split(b"/"))
    parameters: dict[str, str] = {}
    if query:
        pieces = query.split(b"&")
        if len(pieces) > PARAMETER_LIMIT:
            raise BadTargetError("the address has too many parameters")
        for piece in pieces:
            name, _, value = piece.partition(b"=")
            parameters.setdefault(_decode(name), _decode(value.replace(b"+", b" ")))
    return Target(segments, parameters)


def without_server(raw: bytes) -> bytes:
    """Give a target as a path and query, where it is an absolute http address."""
    absolute = _ABSOLUTE.match(raw)
    if absolute is None:
        return raw
    rest = raw[absolute.end() :]
    return rest if rest.startswith(b"/") else b"/" + rest


def _decode(raw: bytes) -> str:
    if b"%" not in raw:
        return raw.decode("ascii")
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise BadTargetError("the address is not UTF-8") from None
    if _CONTROL.search(text):
        raise BadTargetError("the address holds a control character")
    return text
