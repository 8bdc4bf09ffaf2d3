"""What a reading leaves for the next one, which then reads only changes."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field

IDENTITY, STAMP = 16, 4  # bytes


@dataclass(frozen=True)
class State:
    """How far a directory was read, in which way, and at which server.

    `marks`: how far, by naming context, where the server tells what changes after a mark. `tip`: a text that stays
    as it is while nothing changes. `people`: all who were there, where changes are found by comparing; each by their
    identity (16 bytes) and what is remembered of the stamp of their last change (4 bytes). `at`: when, in Unix seconds.
    """

    way: str
    server: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    tip: str = ""
    people: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    at: float = 0.0

    def written(self) -> str:
        """Write the state as one line of text; 27 characters for each of the people."""
        packed = b"".join(identity + stamp for identity, stamp in sorted(self.people.items()))
        plain = asdict(State(self.way, self.server, self.marks, self.tip, at=self.at))
        return json.dumps(plain | {"people": base64.b64encode(packed).decode("ascii")})


def read(text: str | None) -> State | None:
    """Read what `written` wrote; None if there is nothing, or something else."""
    try:
        found = json.loads(text or "null")
        packed = base64.b64decode(found.pop("people"), validate=True)
        state = State(people=_unpacked(packed), **found)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    sound = (
        all(isinstance(text, str) for text in (state.way, state.server, state.tip))
        and isinstance(state.marks, dict)
        and all(isinstance(text, str) for text in state.marks.values())
        and isinstance(state.at, int | float)
        and len(packed) % (IDENTITY + STAMP) == 0
    )
    return state if sound else None


def _unpacked(packed: bytes) -> dict[bytes, bytes]:
    size = IDENTITY + STAMP
    return {packed[at : at + IDENTITY]: packed[at + IDENTITY : at + size] for at in range(0, len(packed), size)}
