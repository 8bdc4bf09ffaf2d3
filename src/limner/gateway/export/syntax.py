"""What all dialects are built of: lines of words, blocks of lines, comments. Words are quoted where they are written.

A dialect says how; nothing else ever makes text of a configuration, so that no name, cookie or address of somebody's
can be more than the one word that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from limner.errors import LimnerError

WIDTH = 100  # characters that a row of networks may fill


class ExportError(LimnerError):
    """A policy that cannot be written for a server so that it decides the same."""


class Raw(str):
    """A word of the dialect's own, such as a variable: it is written as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A directive: its words, of which those that are not `Raw` are quoted where they have to be."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A directive with others in it."""

    words: tuple[str, ...]
    inner: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; an empty one is an empty line."""

    text: str


Node: TypeAlias = "Line | Block | Comment"
GAP = Comment("")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server's configuration is written.

    `quote` makes one word of any text, or raises ValueError; `line_bytes` and `line_words` are the most that the server
    reads in a line (None: no limit that matters); `opening` and `closing` frame a block.
    """

    quote: Callable[[str], str]
    opening: Callable[[Sequence[str]], str]
    closing: Callable[[str], str | None]
    end: str = ""
    line_bytes: int | None = None
    line_words: int | None = None


def line(*words: str) -> Line:
    """Give a directive: its first word is the dialect's own."""
    return Line((Raw(words[0]), *words[1:]))


def block(words: Sequence[str], inner: Sequence[Node]) -> Block:
    """Give a directive with others in it: its first word is the dialect's own."""
    return Block((Raw(words[0]), *words[1:]), inner)


def rows(words: Iterable[str], most: int = 50, wide: int = WIDTH) -> Iterator[tuple[str, ...]]:
    """Part words into rows that have at most so many of them, and as many characters unless one word has more."""
    row: list[str] = []
    width = 0
    for word in words:
        if row and (len(row) == most or width + len(word) + 1 > wide):
            yield tuple(row)
            row, width = [], 0
        row.append(word)
        width += len(word) + 1
    if row:
        yield tuple(row)


def written(nodes: Sequence[Node], dialect: Dialect) -> str:
    """Write a configuration. Raises ExportError where a line is longer than the server reads."""
    return "".join(f"{text}\n" for text in _lines(nodes, dialect, 0))


def _lines(nodes: Sequence[Node], dialect: Dialect, depth: int) -> Iterator[str]:
    space = "    " * depth
    for node in nodes:
        if isinstance(node, Comment):
            yield f"{space}# {_harmless(node.text)}" if node.text else ""
            continue
        words = [word if isinstance(word, Raw) else dialect.quote(word) for word in node.words]
        if isinstance(node, Block):
            yield _fitting(space + dialect.opening(words), len(words), dialect)
            yield from _lines(node.inner, dialect, depth + 1)
            closing = dialect.closing(words[0])
            if closing is not None:
                yield space + closing
        else:
            yield _fitting(space + " ".join(words) + dialect.end, len(words), dialect)


def _fitting(text: str, words: int, dialect: Dialect) -> str:
    size = len(text.encode("utf-8", "surrogatepass"))
    if dialect.line_bytes is not None and size > dialect.line_bytes:
        start = " ".join(text.split()[:2])
        raise ExportError(
            f"a line would have {size} bytes, and the server reads {dialect.line_bytes}: {start} ...",
            hint="shorten the cookie or the address in it",
        )
    assert dialect.line_words is None or words <= dialect.line_words
    return text


def _harmless(text: str) -> str:
    """Give a text that ends with its line: Apache goes on behind a backslash, and Caddy reads `{$NAME}`."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    shown = shown.replace("{$", "{ $").replace("${", "$ {")
    return f"{shown} ." if shown.endswith("\\") else shown
