"""How long something lasts, as settings and commands write it: "90s", "30m", "2h", "1h30m", "7d"."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from limner.settings.section import shown

_UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?=[0-9])" + "".join(rf"(?:([0-9]{{1,7}}){unit})?" for unit in _UNITS))
MOST_SECONDS = 366 * 86_400


def seconds(text: str) -> int:
    """Give the seconds of a duration; from 1 second to 366 days. Raises ValueError."""
    match = _DURATION.fullmatch(text.strip().lower()) if len(text) <= 40 else None
    if match is not None:
        total = sum(int(count or 0) * size for count, size in zip(match.groups(), _UNITS.values(), strict=True))
        if 1 <= total <= MOST_SECONDS:
            return total
    raise ValueError(f'{shown(text)} is not a duration; write "90s", "30m", "2h", "1h30m" or "7d" (366d at most)')


def _duration(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f'{shown(value)} is not a duration; write a text such as "30m" or "2h"')  # noqa: TRY004
    seconds(value)
    return value


Duration = Annotated[str, BeforeValidator(_duration)]
