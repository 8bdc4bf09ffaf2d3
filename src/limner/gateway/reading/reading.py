"""What was read in a configuration: whom it lets in, what the others get, and what should be known about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limner.errors import LimnerError
from limner.gateway.meaning import Atom
from limner.gateway.reading.expression import FALSE, Expression, From, NotReadError, Unknown
from limner.policy.networks import Networks

FILE_LIMIT = 4_000_000  # bytes, as of a settings file
LINES_LIMIT = 200_000
MOST_STEPS = 1000
TYPOGRAPHIC = "“”„‟«»‘’‚‛‹›″＂"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that should be known: `doubtful` if it may be a mistake, else it only tells how something was taken."""

    line: int
    message: str
    doubtful: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON takes it."""
        return {"line": self.line, "message": self.message, "doubtful": self.doubtful}


@dataclass(frozen=True, slots=True)
class Part:
    """Addresses that a piece of the configuration names, and what a comment there calls them."""

    line: int
    label: str
    networks: Networks


@dataclass(slots=True)
class Reading:
    """A configuration as it was read.

    `lets_in` says whom; `redirect` is where the others are sent, None: they are refused. `tests` are its
    tests of cookies, each with its line. `steps` counts what takes its time.
    """

    kind: str
    file: str
    lets_in: Expression = FALSE
    redirect: str | None = None
    proxies: Networks = field(default_factory=Networks)
    remarks: list[Remark] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    tests: dict[Atom, int] = field(default_factory=dict)
    steps: int = 0

    def remark(self, line: int, message: str, *, doubtful: bool = True) -> None:
        """Note something that should be known."""
        found = Remark(line, message, doubtful)
        if found not in self.remarks:
            self.remarks.append(found)

    def step(self, line: int) -> None:
        """Count something that takes its time. Raises NotReadError where there is too much of it."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise self.error(line, f"there are more than {MOST_STEPS:,} regular expressions and rules")

    def part(self, line: int, label: str, networks: Networks) -> From:
        """Note addresses that the configuration names, and give "the address is one of these"."""
        self.parts.append(Part(line, label, networks))
        return From(networks)

    def unknown(self, line: int, what: str) -> Unknown:
        """Give a condition that is not understood."""
        return Unknown(f"{self.file}, line {line}: {shortened(what)}")

    def error(self, line: int, what: str, hint: str | None = None) -> NotReadError:
        """Give the error for something that cannot be read."""
        return NotReadError(f"{self.file}, line {line}: {what}", hint=hint)


def shortened(text: str) -> str:
    """Give a text that is not too long for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:97]}..."


def text_of(file: Path) -> str:
    """Give the text of a configuration. Raises LimnerError for one that cannot be read, is too large or no text."""
    return decoded(raw_of(file), str(file))


def raw_of(file: Path) -> bytes:
    """Give the bytes of a configuration, or the start of one that is too large. Raises LimnerError."""
    try:
        with file.open("rb") as stream:
            return stream.read(FILE_LIMIT + 1)
    except (OSError, ValueError) as why:
        raise LimnerError(f"cannot read {file}: {getattr(why, 'strerror', None) or why}") from None


def decoded(raw: bytes, file: str) -> str:
    """Give the bytes of a configuration as text. Raises LimnerError."""
    if len(raw) > FILE_LIMIT:
        raise LimnerError(f"{file}: larger than 4 MB; a configuration is small")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp1252")  # what editors on Windows save, typographic quotation marks and all
        except UnicodeDecodeError as why:
            raise LimnerError(f"{file}: neither UTF-8 nor Windows-1252 at byte {why.start}") from None
    if "\0" in text:
        raise LimnerError(f"{file}: not a text", hint="a configuration holds no NUL bytes")
    if text.count("\n") > LINES_LIMIT:
        raise LimnerError(f"{file}: more than {LINES_LIMIT:,} lines")
    return text.replace("\r\n", "\n")


def typographic(text: str) -> str:
    """Give the first typographic quotation mark of a text, or nothing."""
    return next((char for char in text if char in TYPOGRAPHIC), "")
