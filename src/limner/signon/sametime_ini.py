"""sametime.ini of a community server: which token it takes, and by which name its community goes.

Of all that stands in it these two settings are kept: `ST_TOKEN_TYPE` in `[AuthToken]` and `ST_COMMUNITY_ID` in
`[Config]` (IBM Sametime 9, HCL Sametime documentation).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from limner.signon.reading import decode, lines

TOKEN_TYPE: Final = "ST_TOKEN_TYPE"  # noqa: S105 - the name of a setting
COMMUNITY_ID: Final = "ST_COMMUNITY_ID"
SOURCE: Final = "IBM Sametime 9, Create the Web SSO Configuration document"
_SECTION: Final = re.compile(r"^\s*\[(AuthToken|Config|STLINKS|Connectivity)\]\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SametimeIni:
    """The settings that bear on sign-on; None is what is not set. Lines are counted from 1."""

    file: str
    token_type: str | None = None
    token_type_line: int | None = None
    community_id: str | None = None


def recognise(head: bytes, name: str) -> bool:
    """Whether this is a sametime.ini, by its first bytes and its name."""
    return name.lower() == "sametime.ini" or (name.lower().endswith(".ini") and bool(_SECTION.search(decode(head))))


def read_sametime_ini(file: Path) -> SametimeIni:
    """Read a sametime.ini, in constant memory. Raises SignonError."""
    token_type = line = community = None
    for number, text in lines(file):
        name, equals, value = text.partition("=")
        key, value = name.strip().upper(), value.strip()
        if not equals or not value:
            continue
        if key == TOKEN_TYPE and token_type is None:
            token_type, line = value[:200], number
        elif key == COMMUNITY_ID and community is None:
            community = value[:200]
    return SametimeIni(str(file), token_type, line, community)
