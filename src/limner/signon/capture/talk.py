"""What was said in a conversation: the events of its time line, and what each protocol's reader has in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from limner.signon.capture.tape import Script, Skip, Stamp, Tape

MOST_EVENTS: Final = 60  # of a conversation; a log-in has about ten
MOST_TEXT: Final = 200  # characters of a name, address or message that somebody sent


@dataclass(frozen=True, slots=True)
class Event:
    """Something that client or server said, in one sentence; `names` stand in it and may have to be masked."""

    stamp: Stamp
    by_client: bool
    text: str
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Talk:
    """A conversation in a protocol that is not read, and the base of all that are."""

    events: list[Event] = field(default_factory=list)
    left_out: int = 0  # events beyond MOST_EVENTS
    unread: bool = False  # what it is was not recognised, or bytes were missing: not all was read

    def client(self, tape: Tape) -> Script:
        """Read what the client sends."""
        yield Skip(None)

    def server(self, tape: Tape) -> Script:
        """Read what the server sends."""
        yield Skip(None)

    def say(self, stamp: Stamp, text: str, *names: str, by_client: bool = True) -> None:
        """Add an event."""
        if len(self.events) < MOST_EVENTS:
            self.events.append(Event(stamp, by_client, text, tuple(name for name in names if name)))
        else:
            self.left_out += 1


def clean(raw: bytes | str, encoding: str = "utf-8") -> str:
    """Give what somebody sent as a text of one line that is not too long."""
    text = raw.decode(encoding, "replace") if isinstance(raw, bytes) else raw
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:MOST_TEXT])
