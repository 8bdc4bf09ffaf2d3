"""One thing that a log says, whatever the log's format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST: Final = 8192  # characters kept of one record


@dataclass(frozen=True, slots=True)
class Record:
    """A message without its prefix; `line` is where it begins, from 1.

    `time` is in Unix seconds, None where there is none or it can be read in two ways; where the log names no zone it
    is read as UTC. `level` and `logger` are those of Java's logging, None elsewhere.
    """

    line: int
    text: str
    time: float | None = None
    level: str | None = None
    logger: str | None = None
