"""Traces and logs: attempts to reach a server in order, and messages that name a cause.

`read_trace` takes what a Notes client traces (File, Preferences, Ports, Trace; or a debug file), a Domino console or
log, or the XML logs of a Sametime or Notes client.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from limner.signon.evidence import Evidence
from limner.signon.reading import Tell, decode, head
from limner.signon.trace import rcp, text
from limner.signon.trace.attempts import Attempt, Gathering, Result
from limner.signon.trace.client import event
from limner.signon.trace.explain import evidence, explain
from limner.signon.trace.messages import Found, messages
from limner.signon.trace.record import Record

__all__ = ["Attempt", "Result", "Said", "Trace", "read_trace", "recognise"]

MOST_SAID: Final = 1000  # messages of a file that are kept; of each kind
_LOG_NAME: Final = re.compile(r"(?:console|trace|error-?log|debug|log)[\w.-]*\.(?:txt|log|xml|out)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A message that names a cause, where it stands, and the text around it."""

    line: int
    time: float | None
    found: Found
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        message = self.found.message
        return {
            "line": self.line,
            "time": self.time,
            "code": message.code,
            "cause": message.cause.value,
            "explanation": message.words,
            "strength": message.strength.value,
            "source": message.source,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """What a file says. `kind` is `text` or `rcp`; `left_out` counts attempts and messages beyond the most kept."""

    file: str
    kind: str
    records: int
    attempts: tuple[Attempt, ...]
    said: tuple[Said, ...]
    left_out: int = 0

    @property
    def sound(self) -> bool:
        """Whether every attempt came to a connection and no message names a cause."""
        return bool(self.attempts) and not self.said and all(each.result is Result.CONNECTED for each in self.attempts)

    def evidence(self) -> list[Evidence]:
        """Give all that the file says about causes: of attempts, and of messages beside them."""
        found = list(evidence(self.file, self.attempts))
        for said in self.said:
            message = said.found.message
            code = f" ({message.code})" if message.code else ""
            found.append(
                Evidence(
                    file=self.file,
                    place=f"line {said.line}",
                    time=said.time,
                    cause=message.cause,
                    weight=message.weight,
                    strength=message.strength,
                    source=message.source,
                    text=f"{message.words}{code}" + (f": {', '.join(said.found.names)}" if said.found.names else ""),
                    names=said.found.names,
                )
            )
        return found


def recognise(head: bytes, name: str) -> bool:
    """Whether this is a trace or a log that may say something of sign-on, by its first bytes and its name."""
    if head.count(0) > len(head) // 2 or b"\0\0\0\0" in head:
        return False
    beginning = decode(head)
    if rcp.is_rcp(beginning):
        return True
    if beginning.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    if _LOG_NAME.search(name):
        return True
    plain = (" ".join(text.plain(line).split()) for line in beginning.split("\n"))
    return any(event(line) is not None or next(messages(line), None) is not None for line in plain)


def read_trace(file: Path, tell: Tell | None = None) -> Trace:
    """Read a trace or log of any kind, in constant memory. Raises SignonError if it cannot be read.

    `tell` is told now and then how many bytes are read, and of how many.
    """
    is_rcp = rcp.is_rcp(decode(head(file)))
    gathering = Gathering()
    said: list[Said] = []
    counts: Counter[str] = Counter()
    read = 0
    for record in rcp.records(file, tell) if is_rcp else text.records(file, tell):
        read += 1
        if gathering.take(record):
            continue  # the reason in a failed attempt is told with the attempt
        for found in messages(record.text):
            counts[found.message.words] += 1
            if counts[found.message.words] <= MOST_SAID:
                said.append(_said(record, found))
    attempts = tuple(explain(gathering.finish()))
    left_out = gathering.left_out + sum(max(0, count - MOST_SAID) for count in counts.values())
    return Trace(str(file), "rcp" if is_rcp else "text", read, attempts, tuple(said), left_out)


def _said(record: Record, found: Found) -> Said:
    return Said(record.line, record.time, found, record.text[:300])
