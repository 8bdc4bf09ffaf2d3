"""What an address form makes of an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from limner.errors import NameFormError

LARGEST = 2048  # pixels; Gravatar's limit
_SIZE = re.compile(r"([0-9]{1,5})(?:x([0-9]{1,5}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish to see somebody's photo.

    `keys`: index keys that the name may stand for, in the order to try. `size` in pixels of a side. `limit`: bytes at
    most, 0 for any. `missing`: what to send where there is no photo (see `limner.web.missing`); `forced`: send that in
    any case. `initials`: those to draw, where the address says them. `about`: the photo's description is wanted, not
    the photo (Graph).
    """

    form: str
    keys: tuple[bytes, ...]
    size: int
    limit: int = 0
    missing: str = "silhouette"
    forced: bool = False
    initials: str = ""
    about: str = ""


def size_asked(text: str | None, default: int) -> int:
    """Give the size in pixels that a parameter asks for: `80` or `80x80`, from 1 to 2048; the default for all else."""
    match = _SIZE.fullmatch(text or "")
    if match is None:
        return default
    size = max(int(match[1]), int(match[2] or 0))
    return min(size, LARGEST) if size else default


def keys_of(*names: tuple[Callable[[str], bytes], str | None]) -> tuple[bytes, ...]:
    """Give the index keys of the names that have their kind's form; a name that has not is nobody's."""
    found = []
    for make, text in names:
        try:
            if text:
                found.append(make(text))
        except NameFormError:
            continue
    return tuple(found)
