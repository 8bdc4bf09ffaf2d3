"""What is wrong with a file, doubtful, or good to know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from limner.signon.communities.vocabulary import SOURCE
from limner.signon.evidence import Strength


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  # clients cannot read it, or do something else than it says
    WARNING = "warning"  # most likely not meant
    NOTE = "note"  # sound, and should be known


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its line from 1 (None for the file as a whole), what is so, and what to do.

    `strength` is that of the fact behind it, `source` says where the fact is from.
    """

    severity: Severity
    line: int | None
    message: str
    fix: str
    strength: Strength = Strength.SAID
    source: str = SOURCE

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "severity": self.severity.value,
            "line": self.line,
            "message": self.message,
            "fix": self.fix,
            "strength": self.strength.value,
            "source": self.source,
        }


def error(line: int | None, message: str, fix: str, strength: Strength = Strength.SAID) -> Finding:
    """Make a finding of something that clients cannot read, or take otherwise than it says."""
    return Finding(Severity.ERROR, line, message, fix, strength)


def warning(line: int | None, message: str, fix: str, strength: Strength = Strength.SAID) -> Finding:
    """Make a finding of something that is most likely not meant."""
    return Finding(Severity.WARNING, line, message, fix, strength)


def note(line: int | None, message: str, fix: str, strength: Strength = Strength.SAID) -> Finding:
    """Make a finding of something that should be known."""
    return Finding(Severity.NOTE, line, message, fix, strength)
