"""Logs in lines: traces of the Notes client, copies of a Domino console, console.log, exports of log.nsf.

Lines of a server begin with `[process:thread-thread]`, a date and a time, those of log.nsf with a date and a time;
traces that people copy have neither, and long messages are often broken into several lines: these are put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from limner.signon.reading import Tell, lines
from limner.signon.trace.client import begins
from limner.signon.trace.client import has_word as has_event_word
from limner.signon.trace.messages import has_word as has_message_word
from limner.signon.trace.record import LONGEST, Record

MOST_JOINED: Final = 6  # lines of one message
_PROCESS: Final = re.compile(r"\s*\[[0-9A-Fa-f]{1,16}:[0-9A-Fa-f]{1,16}(?:-[0-9A-Fa-f]{1,20})?\]\s*")
_STAMP: Final = re.compile(
    r"\s*(?P<a>\d{1,4})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)(?P<c>\d{1,4})[ T,]+"
    r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<sec>\d{2}))?(?:[.,]\d{1,6})?\s*(?P<half>[AaPp][Mm])?\s+"
)


def records(file: Path, tell: Tell | None = None) -> Iterator[Record]:
    """Yield a log's messages in constant memory. Raises SignonError.

    A line that has none of the words that are looked for is given as it stands, with its prefix and without its time.
    """
    pending: Record | None = None
    joined = 0
    for number, line in lines(file, tell):
        if (pending is None or not _is_open(pending.text)) and not has_event_word(line) and not has_message_word(line):
            if pending is not None:
                yield pending
            pending = Record(number, line.strip()[:LONGEST]) if line and not line.isspace() else None
            continue
        text, time, prefixed = _without_prefix(line)
        text = " ".join(text.translate(_QUOTES).split())
        if pending is not None and _goes_on(pending.text, text, prefixed) and joined < MOST_JOINED:
            pending = Record(pending.line, f"{pending.text} {text}"[:LONGEST], pending.time)
            joined += 1
            continue
        if pending is not None:
            yield pending
        pending, joined = (Record(number, text[:LONGEST], time) if text else None), 1
    if pending is not None:
        yield pending


_QUOTES: Final = str.maketrans("‘’‚‛“”„", "''''\"\"\"")  # as word processors and web pages turn them


def _is_open(text: str) -> bool:
    """Whether a message has opened a bracket and not closed it."""
    return text.count("(") > text.count(")") and begins(text)


def _goes_on(before: str, text: str, prefixed: bool) -> bool:
    """Whether a line is the rest of the message before it: one that opened a bracket and has not closed it."""
    return bool(text) and not prefixed and not begins(text) and _is_open(before)


def plain(line: str) -> str:
    """Give a line without the process, date and time before it, and with straight quotation marks."""
    return _without_prefix(line.translate(_QUOTES))[0]


def _without_prefix(line: str) -> tuple[str, float | None, bool]:
    at = match.end() if (match := _PROCESS.match(line)) else 0
    prefixed = match is not None
    stamp = _STAMP.match(line, at)
    if stamp is None:
        return line[at:], None, prefixed
    return line[stamp.end() :], _time(stamp), True


def _time(stamp: re.Match[str]) -> float | None:
    """Read a date and a time; None where day and month cannot be told apart."""
    a, b, c = (int(stamp[group]) for group in "abc")
    if len(stamp["a"]) == 4:
        year, month, day = a, b, c
    elif stamp["s"] == "." or a > 12:
        day, month, year = a, b, c
    elif b > 12 or stamp["half"]:  # only the American way of writing has halves of the day
        month, day, year = a, b, c
    elif a == b:
        day, month, year = a, b, c
    else:
        return None
    hour = int(stamp["h"])
    if stamp["half"]:
        hour = hour % 12 + (12 if stamp["half"].lower() == "pm" else 0)
    try:
        year += 0 if year > 99 else 2000 if year < 80 else 1900
        return datetime(year, month, day, hour, int(stamp["m"]), int(stamp["sec"] or 0), tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
