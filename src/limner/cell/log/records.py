"""SystemOut.log, trace.log and their rolled and gzipped copies, message by message, in constant memory.

A message begins with a time in square brackets and a thread's number; the lines up to the next one belong to it. How
the time is written depends on the language of the system and on the JDK, and whether 10/12 is in October or in
December nobody can tell: so it is kept as it stands, and messages keep the order of the file.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from limner.cell.errors import CellError

Tell = Callable[[int, int], None]  # bytes done, of bytes

LONGEST: Final = 16 << 10  # bytes of a line, and of a message; what is longer is cut
MOST: Final = 64 << 30  # bytes that a gzipped log may unpack to
_TOLD: Final = 1 << 14  # lines after which progress is told again
_BEGIN: Final = re.compile(rb"\[(?P<time>[^\[\]]{0,24}?\d{1,2}[:.]\d{2}[:.]\d{2}[^\[\]]{0,24})\]\s+[0-9a-fA-F]{8,16}\s")


@dataclass(frozen=True, slots=True)
class Record:
    """A message: the line that it begins in, from 1; its time as written; its text on one line, without both.

    The time is "" for what stands before a file's first message: the banner, that names the process.
    """

    line: int
    time: str
    text: str


def records(file: Path, tell: Tell | None = None) -> Iterator[Record]:
    """Yield a log's messages. Raises CellError.

    `tell` is told now and then how many bytes of the file are read, and of how many.
    """
    begun = (1, b"", 0)
    parts: list[bytes] = []
    size = 0
    for number, line in _lines(file, tell):
        match = _BEGIN.match(line) if line.startswith(b"[") else None
        if match is not None:
            if parts:
                yield _record(begun, parts)
            begun, parts, size = (number, match["time"], match.end()), [line], len(line)
        elif size < LONGEST:
            parts.append(line)
            size += len(line)
    if parts:
        yield _record(begun, parts)


def _record(begun: tuple[int, bytes, int], parts: list[bytes]) -> Record:
    number, time, end = begun
    text = b" ".join([parts[0][end:], *parts[1:]])[:LONGEST]
    return Record(number, _text(time), " ".join(_text(text).split()))


def _text(raw: bytes) -> str:
    """Decode: logs are in the system's encoding, which none of them names."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _lines(file: Path, tell: Tell | None) -> Iterator[tuple[int, bytes]]:
    try:
        with file.open("rb") as raw:
            size = os.fstat(raw.fileno()).st_size
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw) if packed else raw
            for number, line in enumerate(_bounded(stream, file), 1):
                if tell is not None and number % _TOLD == 0:
                    tell(raw.tell(), size)
                yield number, line
    except (OSError, EOFError, zlib.error) as why:
        reason = why.strerror if isinstance(why, OSError) and why.strerror else str(why)
        raise CellError(f"cannot read {file}: {reason}") from None


def _bounded(stream: BinaryIO | gzip.GzipFile, file: Path) -> Iterator[bytes]:
    """Yield lines; of one that is too long the beginning."""
    whole = 0
    while line := stream.readline(LONGEST):
        whole += len(line)
        if len(line) == LONGEST and not line.endswith(b"\n"):
            while whole <= MOST and (rest := stream.readline(LONGEST)):
                whole += len(rest)
                if rest.endswith(b"\n"):
                    break
        if whole > MOST:
            raise CellError(f"{file} holds more than {MOST >> 30} GiB", hint="cut out the time that matters")
        yield line
