"""nginx's configuration as a tree of directives, cut into words as nginx cuts it (ngx_conf_read_token, 1.22)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from limner.gateway.reading.reading import Reading, shortened, typographic

MOST_DEPTH = 20
_PLAIN = re.compile(r"[A-Za-z0-9_.:/=-]+(?=[ \t\r\n;{])")  # most words; the others need care
_ESCAPES = {"t": "\t", "r": "\r", "n": "\n", '"': '"', "'": "'", "\\": "\\"}


@dataclass(slots=True)
class Directive:
    """A directive: its words, the first being its name; those in its block; the comment above it."""

    line: int
    words: list[str]
    comment: str = ""
    block: list[Directive] | None = None

    @property
    def name(self) -> str:
        """The first word."""
        return self.words[0]

    def __str__(self) -> str:
        return shortened(" ".join(self.words))

    def inner(self, *names: str) -> Iterator[Directive]:
        """Yield the directives in its block that have one of these names."""
        yield from (each for each in self.block or () if each.name in names)


@dataclass(frozen=True, slots=True)
class Token:
    """`;`, `{` or `}`, a word, or a comment."""

    line: int
    kind: str
    text: str


def tree(reading: Reading, text: str) -> Directive:
    """Give a configuration as a tree. Raises NotReadError."""
    whole = Directive(0, ["the file"], block=[])
    opened = [whole]
    waiting: list[Token] = []
    comment, commented = "", 0
    for token in _tokens(reading, text):
        if token.kind == "comment":
            follows = token.line == commented + 1
            comment = f"{comment} {token.text}".strip() if follows else token.text
            commented = token.line
        elif token.kind == "word":
            waiting.append(token)
        elif token.kind == "}":
            if waiting or len(opened) == 1:
                raise reading.error(token.line, "this } closes nothing, or a ; is missing before it")
            opened.pop()
            comment = ""
        else:
            if not waiting:
                raise reading.error(token.line, f"there is no directive before this {token.kind}")
            made = Directive(waiting[0].line, [word.text for word in waiting], comment)
            (opened[-1].block or []).append(made) if opened[-1].block else opened[-1].__setattr__("block", [made])
            waiting = []
            if token.kind == "{":
                made.block = []
                opened.append(made)
                comment = ""
                if len(opened) > MOST_DEPTH:
                    raise reading.error(token.line, "blocks are nested too deeply")
            elif token.line != commented:
                comment = ""
    if waiting:
        raise reading.error(waiting[0].line, f"{shortened(waiting[0].text)} has no ; behind it")
    if len(opened) > 1:
        raise reading.error(opened[-1].line, f"the block of {opened[-1]} is not closed")
    return whole


def _tokens(reading: Reading, text: str) -> Iterator[Token]:
    line, at, size = 1, 0, len(text)
    while at < size:
        char = text[at]
        if char == "\n":
            line, at = line + 1, at + 1
        elif char in " \t\r":
            at += 1
        elif char == "#":
            end = text.find("\n", at)
            end = size if end < 0 else end
            yield Token(line, "comment", text[at:end].strip("# \t\r"))
            at = end
        elif char in ";{}":
            yield Token(line, char, char)
            at += 1
        else:
            if plain := _PLAIN.match(text, at):
                yield Token(line, "word", plain[0])
                at = plain.end()
                continue
            begun = line
            word, at, line = _word(reading, text, at, line)
            if mark := typographic(word):
                reading.remark(
                    begun, f'{mark} is a typographic quotation mark, for nginx a letter like others. Write " instead'
                )
            yield Token(begun, "word", word)


def _word(reading: Reading, text: str, at: int, line: int) -> tuple[str, int, int]:
    """Read a word; give it, where it ends, and the line there."""
    begun, size = line, len(text)
    quote = text[at] if text[at] in "\"'" else ""
    at += len(quote)
    found: list[str] = []
    while at < size:
        char = text[at]
        if char == "\\" and at + 1 < size:
            after = text[at + 1]
            found.append(_ESCAPES.get(after, char + after))
            line += after == "\n"
            at += 2
            continue
        if char == quote:
            if text[at + 1 : at + 2] not in (" ", "\t", "\r", "\n", ";", "{", ")", ""):
                raise reading.error(line, f"a blank is missing behind the {quote}")
            return "".join(found), at + 1, line
        if char == "$" and text[at + 1 : at + 2] == "{":
            end = text.find("}", at)
            if end < 0:
                raise reading.error(line, "this ${ is not closed")
            found.append(text[at : end + 1])
            at = end + 1
            continue
        if not quote and char in " \t\r\n;{":
            return "".join(found), at, line
        found.append(char)
        line += char == "\n"
        at += 1
    if quote:
        raise reading.error(begun, f"this {quote} is not closed")
    return "".join(found), at, line
