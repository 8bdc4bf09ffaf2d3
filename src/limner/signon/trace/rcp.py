"""The XML logs of Notes and Sametime clients: `error-log-N.xml` and `trace-log-N.xml` in `workspace/logs`.

They are rows of Common Base Events (`CommonBaseEvent` with `creationTime` and `msg`, Java's level, source class and
exception in `extendedDataElements`), as excerpts of real ones in forums have them. A log of a client that runs has no
end, and old ones are cut at their size, so that each event is looked for and read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from limner.markup import Handler, MarkupError, parse
from limner.signon.reading import Tell, lines
from limner.signon.trace.record import LONGEST, Record

MOST: Final = 256 << 10  # characters of one event; of longer ones only the beginning counts
_BEGIN: Final = "<CommonBaseEvent "
_END: Final = "</CommonBaseEvent>"
_LEVEL, _LOGGER, _CLASS, _EXCEPTION = "level", "loggername", "sourceclassname", "exception"


def is_rcp(head: str) -> bool:
    """Whether a log's beginning is that of a client's XML log."""
    return "<CommonBaseEvent" in head


def records(file: Path, tell: Tell | None = None) -> Iterator[Record]:
    """Yield the events of a log, each as one record, in constant memory. Raises SignonError."""
    begun, size, event = 0, 0, list[str]()
    for number, line in lines(file, tell):
        rest = line
        while rest:
            if not begun:
                at = rest.find(_BEGIN)
                if at < 0:
                    break
                begun, size, event, rest = number, 0, [], rest[at:]
            end = rest.find(_END)
            # an event that begins before the one before it ended was cut off
            again = rest.find(_BEGIN, 1 if not event else 0)
            if again >= 0 and (end < 0 or again < end):
                yield from _record("".join((*event, rest[:again])), begun)
                begun, rest = 0, rest[again:]
            elif end >= 0:
                yield from _record("".join((*event, rest[: end + len(_END)])), begun)
                begun, rest = 0, rest[end + len(_END) :]
            else:
                if size < MOST:
                    event.append(f"{rest}\n")
                size += len(rest)
                break
    if begun:
        yield from _record("".join(event), begun)


def _record(text: str, line: int) -> Iterator[Record]:
    event = _Event()
    with suppress(MarkupError):  # what was told before the damage counts
        parse(text.encode("utf-8", "replace"), event)
    if event.created is None and not event.message:
        return
    fields = event.fields
    said = " ".join(" ".join((event.message, fields.get(_EXCEPTION, ""))).split())
    logger = fields.get(_LOGGER) or event.component or fields.get(_CLASS)
    yield Record(line, said[:LONGEST], _time(event.created), fields.get(_LEVEL), logger)


class _Event(Handler):
    def __init__(self) -> None:
        self.created: str | None = None
        self.message = ""
        self.component: str | None = None
        self.fields: dict[str, str] = {}
        self.names: list[str] = []
        self.value: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        if name == "CommonBaseEvent":
            self.created, self.message = attributes.get("creationTime"), attributes.get("msg", "")
        elif name in ("extendedDataElements", "children"):
            self.names.append(attributes.get("name", "").rpartition(":")[2].lower())
        elif name == "sourceComponentId":
            self.component = attributes.get("subComponent") or self.component
        elif name == "values":
            self.value = []

    def text(self, text: str, line: int) -> None:
        if self.value is not None:
            self.value.append(text)

    def end(self, name: str) -> None:
        if name == "values" and self.value is not None:
            field = self.names[-1] if self.names else ""
            if len(self.names) == 2 and self.names[0] == _LEVEL:  # the level's name is a child of the level
                field = _LEVEL if field == "name" else ""
            if field:
                self.fields[field] = f"{self.fields.get(field, '')} {''.join(self.value)}".strip()[:LONGEST]
            self.value = None
        elif name in ("extendedDataElements", "children") and self.names:
            self.names.pop()


def _time(text: str | None) -> float | None:
    if text is None or not re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:?\d\d)?", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None
