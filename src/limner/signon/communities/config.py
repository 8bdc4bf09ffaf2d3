"""A file as it is read: its elements with their lines, and the communities and actions among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from limner.markup import Handler, MarkupError, parse
from limner.signon.communities.vocabulary import ACTION, COMMUNITY, CONNECTION, OVERLAPPING, ROOT
from limner.signon.reading import decode, read

MOST_BYTES: Final = 1 << 20
MOST_ELEMENTS: Final = 5000
_MOST_WORDS: Final = 200  # pieces of text beside the elements


@dataclass(frozen=True, slots=True)
class Element:
    """An element, its line from 1, its attributes as written, and the name of the element around it."""

    name: str
    line: int
    attributes: Mapping[str, str]
    within: str | None


@dataclass(frozen=True, slots=True)
class Community:
    """A `managed-community`; `attributes` are its own and those of a `connection` in it."""

    line: int
    attributes: Mapping[str, str]

    @property
    def id(self) -> str:
        """Its id, else its host, as actions name it."""
        return self.attributes.get("id", self.host).strip()

    @property
    def host(self) -> str:
        """The host that it manages."""
        return self.attributes.get("host", "").strip()

    @property
    def new_host(self) -> str | None:
        """The host that clients are moved to, if it is another."""
        return self.attributes.get("newHost", "").strip() or None

    def is_true(self, name: str) -> bool:
        """Whether an attribute is true."""
        return self.attributes.get(name, "").strip().lower() == "true"


@dataclass(frozen=True, slots=True)
class Action:
    """A `managed-community-action`."""

    line: int
    attributes: Mapping[str, str]

    @property
    def type(self) -> str:
        """`update`, `add`, `delete`, `reset`, or whatever is written there."""
        return self.attributes.get("type", "").strip()

    @property
    def id(self) -> str:
        """The id of the community that it is about."""
        return self.attributes.get("managed-community-id", "").strip()

    def is_true(self, name: str) -> bool:
        """Whether an attribute is true."""
        return self.attributes.get(name, "").strip().lower() == "true"


@dataclass
class Config:
    """A file, once it is read: whatever could be read of it; `broken` says why reading ended before its end.

    `words` are texts between the elements, with their lines. `begins` is what the file begins with, decoded.
    """

    file: str
    elements: list[Element] = field(default_factory=list)
    words: list[tuple[int, str]] = field(default_factory=list)
    broken: MarkupError | None = None
    begins: str = ""
    has_mark: bool = False  # a byte order mark
    is_utf8: bool = True
    cut: bool = False

    @cached_property
    def communities(self) -> list[Community]:
        """The communities, in order."""
        found: list[Community] = []
        for element in self.elements:
            if element.name == COMMUNITY:
                found.append(Community(element.line, dict(element.attributes)))
            elif element.name == CONNECTION and element.within == COMMUNITY and found:
                found[-1] = Community(found[-1].line, {**element.attributes, **found[-1].attributes})
        return found

    @cached_property
    def actions(self) -> list[Action]:
        """The actions, in order."""
        return [Action(each.line, each.attributes) for each in self.elements if each.name == ACTION]

    @property
    def root(self) -> Element | None:
        """The element around all others."""
        return self.elements[0] if self.elements else None

    @property
    def deletes_overlapping(self) -> bool:
        """Whether communities with the same host and user become one: said by the root, or by any community."""
        places = [each.attributes for each in self.elements if each.name in (ROOT, COMMUNITY)]
        return any(each.get(OVERLAPPING, "").strip().lower() == "true" for each in places)

    def of(self, action: Action) -> Community | None:
        """Give the community that an action is about, None if the file does not define it."""
        return self._by_id.get(action.id.casefold()) if action.id else None

    @cached_property
    def _by_id(self) -> dict[str, Community]:
        return {each.id.casefold(): each for each in reversed(self.communities)}  # the first of them counts


def recognise(head: bytes, name: str) -> bool:
    """Whether this is a `managed-community-configs.xml`, by its first bytes and its name."""
    text = decode(head)
    return f"<{ROOT}" in text or (f"<{COMMUNITY}" in text and name.lower().endswith(".xml"))


def read_config(file: Path) -> Config:
    """Read a file. Raises SignonError only if its bytes cannot be had; what is wrong with them is in the result."""
    return parse_config(read(file, MOST_BYTES), str(file))


def parse_config(raw: bytes, file: str) -> Config:
    """Make sense of a file's bytes, whatever they are."""
    config = Config(
        file, begins=decode(raw[:400]), has_mark=raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    )
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        config.is_utf8 = False
    try:
        parse(raw, _Reader(config))
    except MarkupError as why:
        config.broken = why
    return config


class _Reader(Handler):
    def __init__(self, config: Config) -> None:
        self.config = config
        self.open: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        within = self.open[-1] if self.open else None
        self.open.append(name)
        if len(self.config.elements) < MOST_ELEMENTS:
            self.config.elements.append(Element(name, line, dict(attributes), within))
        else:
            self.config.cut = True

    def end(self, name: str) -> None:
        self.open.pop()

    def text(self, text: str, line: int) -> None:
        if text.strip() and len(self.config.words) < _MOST_WORDS:
            self.config.words.append((line, text.strip()[:200]))
