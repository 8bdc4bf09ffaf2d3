"""WebSphere's XML, read safely and with line numbers: no entities, nothing fetched, bounded size and depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from limner import markup
from limner.cell.errors import CellError

DEEPEST: Final = 100  # elements within each other; WebSphere's own are about 10
MOST: Final = 500_000  # elements of a file
_TRUTH: Final = {"true": True, "false": False}


@dataclass(slots=True)
class Element:
    """An element. Names are without their namespace's prefix, those of attributes as written; `line` is from 1."""

    name: str
    attributes: dict[str, str]
    file: str
    line: int
    children: list[Element] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its `xmi:id`, by which others of the same file refer to it; "" if it has none."""
        return self.attributes.get("xmi:id", "")

    @property
    def type(self) -> str:
        """Its `xmi:type` without prefix: the class of what stands here; "" if it has none."""
        return self.attributes.get("xmi:type", "").rpartition(":")[2]

    def get(self, name: str) -> str:
        """Give an attribute; "" if it is not there."""
        return self.attributes.get(name, "")

    def need(self, name: str) -> str:
        """Give an attribute that must be there and not be empty. Raises CellError."""
        if not (value := self.attributes.get(name, "")):
            raise self.wrong(f"<{self.name}> has no {name}")
        return value

    def flag(self, name: str, *, otherwise: bool) -> bool:
        """Give an attribute that is `true` or `false`, or is not there. Raises CellError."""
        value = self.attributes.get(name, "")
        if not value:
            return otherwise
        try:
            return _TRUTH[value]
        except KeyError:
            raise self.wrong(f"{name} is {value[:80]!r}, not true or false") from None

    def all(self, name: str) -> Iterator[Element]:
        """Yield its children of a name."""
        return (each for each in self.children if each.name == name)

    def walk(self) -> Iterator[Element]:
        """Yield it and all below it, in the document's order."""
        yield self
        for each in self.children:
            yield from each.walk()

    def wrong(self, what: str, hint: str | None = None) -> CellError:
        """Make the error that something is wrong here."""
        return CellError(f"{self.file}, line {self.line}: {what}", hint=hint)


def parse(raw: bytes, file: str, *roots: str) -> Element:
    """Read a document and give its root, or, within an `xmi:XMI`, the first of the elements named `roots`.

    Raises CellError, with file and line, for what is not well-formed, not to be read safely, or has another root.
    """
    content = _Content(file)
    try:
        markup.parse(raw, content)
    except markup.MarkupError as why:
        what = f"it is not XML: {why.message}" if why.column else why.message
        raise CellError(f"{file}, line {why.line or 1}: {what}") from None
    root = content.top.children[0]
    if root.name == "XMI":
        root = next((each for each in root.children if each.name in roots), root)
    if root.name not in roots:
        raise root.wrong(f"its root is <{root.name[:80]}>, not <{'> or <'.join(roots)}>")
    return root


class _Content(markup.Handler):
    def __init__(self, file: str) -> None:
        self.top = Element("", {}, file, 0)
        self.open = [self.top]
        self.count = 0

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        self.count += 1
        element = Element(name, dict(attributes), self.top.file, line)
        if len(self.open) > DEEPEST:
            raise element.wrong(f"its elements are more than {DEEPEST} deep")
        if self.count > MOST:
            raise element.wrong(f"it has more than {MOST} elements")
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, name: str) -> None:
        self.open.pop()
