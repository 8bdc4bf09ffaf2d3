"""A file that holds an LTPA token, as someone copied it out of a browser: its kind and times, not the token itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from limner.signon.capture.token import TokenSeen, look_at
from limner.signon.reading import read

MOST_BYTES: Final = 8192
_NAMED: Final = re.compile(rb"^\s*(?:(?:Set-)?Cookie:\s*)?Ltpa\w{0,20}\s*[=:]\s*", re.IGNORECASE)
_TOKEN: Final = re.compile(rb"\s*\"?[A-Za-z0-9+/%]{40,}={0,2}\"?\s*(;|$)")


def recognise(head: bytes, name: str) -> bool:
    """Whether this holds an LTPA token and nothing else, by its first bytes."""
    raw = _NAMED.sub(b"", head.strip(), count=1)
    return _TOKEN.match(raw) is not None and look(raw).kind != "not known"


def read_token_file(file: Path) -> TokenSeen:
    """Say of what kind the token in a file is. Raises SignonError."""
    return look(_NAMED.sub(b"", read(file, MOST_BYTES).strip(), count=1))


def token_in(file: Path) -> bytes:
    """Give the token itself, to be verified and nothing else. Raises SignonError."""
    return _only(_NAMED.sub(b"", read(file, MOST_BYTES).strip(), count=1))


def look(raw: bytes) -> TokenSeen:
    """Tell the kind of a token that may be quoted and have a cookie's attributes behind it."""
    return look_at(_only(raw))


def _only(raw: bytes) -> bytes:
    return raw.split(b";")[0].strip().strip(b'"')
