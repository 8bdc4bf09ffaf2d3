"""Apache's configuration, and that of IBM HTTP Server, as a tree of directives and sections.

Lines, comments and words as httpd itself reads them (server/config.c, server/util.c of 2.4): a backslash at the end of
a line joins the next one, a comment is a line that begins with #, and a quoted word ends at the same quotation mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from limner.gateway.reading.reading import Reading, shortened

MOST_DEPTH = 20


@dataclass(slots=True)
class Directive:
    """A directive: its name in small letters, the rest of its line, and the comment above it."""

    line: int
    name: str
    text: str
    comment: str = ""

    def __str__(self) -> str:
        return shortened(f"{self.name} {self.text}".strip())


@dataclass(slots=True)
class Section:
    """`<Name text> ... </Name>`, the name in small letters and as spelt; the whole file is a section without one."""

    line: int
    name: str
    text: str
    items: list[Directive | Section] = field(default_factory=list)
    spelt: str = ""

    def __str__(self) -> str:
        return shortened(f"<{self.spelt or self.name} {self.text}>") if self.name else "the file"

    def directives(self) -> Iterator[Directive]:
        """Yield the section's own directives."""
        yield from (item for item in self.items if isinstance(item, Directive))

    def sections(self) -> Iterator[Section]:
        """Yield the section's own sections."""
        yield from (item for item in self.items if isinstance(item, Section))


def tree(reading: Reading, text: str) -> Section:
    """Give a configuration as a tree. Raises NotReadError."""
    whole = Section(0, "", "")
    opened = [whole]
    comment = ""
    for number, line in _lines(text):
        if line.startswith("#"):
            comment = f"{comment} {line.strip('# ')}".strip()
        elif line.startswith("</"):
            _close(reading, number, line, opened)
            comment = ""
        elif line.startswith("<"):
            _open(reading, number, line, opened)
            comment = ""
        elif line:
            name, _, rest = line.replace("\t", " ").partition(" ")
            rest = line[len(name) :].strip()
            opened[-1].items.append(Directive(number, name.lower(), rest, comment))
            comment = ""
        else:
            comment = ""
    if len(opened) > 1:
        raise reading.error(opened[-1].line, f"{opened[-1]} is not closed")
    return whole


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, joined where they go on, with the number of the first, without white space around them."""
    begun, parts = 0, []
    for number, line in enumerate(text.split("\n"), 1):
        begun = begun or number
        if line.endswith("\\"):
            parts.append(line[:-1])
            continue
        yield begun, "".join([*parts, line]).strip(" \t\r\f\v")
        begun, parts = 0, []
    if parts:
        yield begun, "".join(parts).strip(" \t\r\f\v")


def _open(reading: Reading, number: int, line: str, opened: list[Section]) -> None:
    if not line.endswith(">"):
        raise reading.error(number, f"{shortened(line)} has no > at its end")
    parts = line[1:-1].split(None, 1)
    if not parts:
        raise reading.error(number, "a section without a name")
    if len(opened) > MOST_DEPTH:
        raise reading.error(number, "sections are nested too deeply")
    section = Section(number, parts[0].lower(), parts[1].strip() if len(parts) > 1 else "", spelt=parts[0])
    opened[-1].items.append(section)
    opened.append(section)


def _close(reading: Reading, number: int, line: str, opened: list[Section]) -> None:
    name = line[2:].rstrip(" \t>").lower()
    if len(opened) == 1 or opened[-1].name != name or not line.endswith(">"):
        raise reading.error(number, f"{shortened(line)} closes nothing that was opened before it")
    opened.pop()


def words(text: str) -> list[str] | None:
    """Give the words of a directive; None: a quotation mark is not closed."""
    if not any(char in text for char in "\"'\\"):
        return text.split()
    found: list[str] = []
    text = text.strip()
    while text:
        quote = text[0] if text[0] in "\"'" else ""
        at = 1 if quote else 0
        word: list[str] = []
        while at < len(text) and (text[at] != quote if quote else not text[at].isspace()):
            if text[at] == "\\" and text[at + 1 : at + 2] and text[at + 1] in ("\\", quote):
                at += 1
            word.append(text[at])
            at += 1
        if quote and at >= len(text):
            return None
        found.append("".join(word))
        text = text[at + 1 if quote else at :].lstrip()
    return found


def rewrite_words(text: str) -> list[str] | None:
    """Give the words of a RewriteCond or RewriteRule, which mod_rewrite cuts in a way of its own; None: as above.

    Quotation marks are taken away, but no backslash is; behind one a blank is no end of a word.
    """
    found: list[str] = []
    text = text.strip()
    while text:
        quote = text[0] if text[0] in "\"'" else ""
        at = begin = 1 if quote else 0
        if quote:
            at = text.find(quote, begin)
            if at < 0:
                return None
        while not quote and at < len(text) and not text[at].isspace():
            at += 2 if text[at] == "\\" and text[at + 1 : at + 2].isspace() else 1
        found.append(text[begin:at])
        text = text[at + 1 :].lstrip()
    return found
