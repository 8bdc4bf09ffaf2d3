"""What a diagnosis holds, and how JSON has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from limner.signon.diagnose.gather import Seen
from limner.signon.diagnose.weigh import Sure, Weighed

SHOWN: Final = (Sure.CERTAIN, Sure.LIKELY, Sure.POSSIBLE)  # what is less is only told at the end


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, in one sentence; `time` is in Unix seconds."""

    time: float
    file: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A cause with its weight, and what to do next about it."""

    weighed: Weighed
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that can be said of a folder. `causes` are ordered; what is only unlikely stands at the end.

    `headline` is one sentence without its full stop. `known` says whether a cause was found.
    """

    folder: str
    headline: str
    known: bool
    causes: tuple[Named, ...]
    sound: tuple[tuple[str, str], ...]
    moments: tuple[Moment, ...]
    files: tuple[Seen, ...]
    notes: tuple[str, ...]
    masked: bool = False

    @property
    def wanting(self) -> bool:
        """Whether something was found wanting, or nothing that shows a sound log-in."""
        return self.known or not self.sound

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "folder": self.folder,
            "headline": self.headline,
            "known": self.known,
            "causes": [_cause(named) for named in self.causes],
            "sound": [{"file": file, "text": text} for file, text in self.sound],
            "moments": [
                {"time": clock(each.time), "file": each.file, "place": each.place, "text": each.text}
                for each in self.moments
            ],
            "files": [
                {"name": seen.name, "kind": seen.kind.value, "about": seen.about, "problem": seen.problem}
                for seen in self.files
            ],
            "notes": list(self.notes),
            "masked": self.masked,
        }


def clock(moment: float | None) -> str | None:
    """Give a time as ISO 8601 has it, to the millisecond."""
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return f"{moment} s"


def _cause(named: Named) -> dict[str, Any]:
    weighed = named.weighed
    return {
        "cause": weighed.cause.value,
        "words": weighed.cause.words,
        "sure": weighed.sure.value,
        "score": weighed.score,
        "for": [each.as_dict() for each in weighed.speaks_for],
        "against": [each.as_dict() for each in weighed.speaks_against],
        "next": list(named.steps),
    }
