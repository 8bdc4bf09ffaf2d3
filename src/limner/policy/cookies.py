"""The cookies of a request, read from its Cookie headers (RFC 6265): bounded, and never an error."""

from __future__ import annotations

from collections.abc import Sequence

COOKIES = 300  # browsers keep 180 for a site
COOKIE_BYTES = 65_536  # in all Cookie headers; far above what web servers take


def parse_cookies(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Give the (name, value) pairs of all Cookie headers, in order; a name may come more than once.

    Names and values are as sent, without the white space around them: case counts, quotation marks are part of a
    value. A piece without `=`, or without a name before it, is no cookie. A visitor who sends more than COOKIES
    pieces or COOKIE_BYTES bytes has sent none.
    """
    lines = [value for name, value in headers if name == b"cookie"]
    if not lines:
        return []
    joined = b";".join(lines)
    if len(joined) > COOKIE_BYTES or joined.count(b";") >= COOKIES:
        return []
    found = []
    for piece in joined.split(b";"):
        name, equals, value = piece.partition(b"=")
        name = name.strip(b" \t")
        if equals and name:
            found.append((name, value.strip(b" \t")))
    return found
