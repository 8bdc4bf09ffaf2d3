"""WebSphere's XML, read safely and with line numbers: no entities, nothing fetched, bounded size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, ErrorHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

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
    reader = DefusedExpatParser(forbid_dtd=True)
    content.locator = reader  # which SAX tells by itself only of files that it opens
    reader.setContentHandler(content)
    reader.setErrorHandler(ErrorHandler())
    try:
        reader.feed(raw)
        reader.close()
    except SAXParseException as why:
        raise CellError(f"{file}, line {why.getLineNumber()}: it is not XML: {why.getMessage()}") from None
    except DefusedXmlException:
        what = "it declares a document type or entities, which WebSphere does not: that is not read"
        raise CellError(f"{file}, line {content.line}: {what}") from None
    except (LookupError, ValueError) as why:  # an encoding that Python does not know, or that expat cannot use
        raise CellError(f"{file}, line 1: its encoding cannot be read ({why})") from None
    root = content.top.children[0]
    if root.name == "XMI":
        root = next((each for each in root.children if each.name in roots), root)
    if root.name not in roots:
        raise root.wrong(f"its root is <{root.name[:80]}>, not <{'> or <'.join(roots)}>")
    return root


class _Content(ContentHandler):
    def __init__(self, file: str) -> None:
        super().__init__()
        self.top = Element("", {}, file, 0)
        self.open = [self.top]
        self.count = 0
        self.locator: Any = None

    @property
    def line(self) -> int:
        return self.locator.getLineNumber() or 1

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - SAX's name
        self.count += 1
        element = Element(name.rpartition(":")[2], dict(attrs.items()), self.top.file, self.line)
        if len(self.open) > DEEPEST:
            raise element.wrong(f"its elements are more than {DEEPEST} deep")
        if self.count > MOST:
            raise element.wrong(f"it has more than {MOST} elements")
        self.open[-1].children.append(element)
        self.open.append(element)

    def endElement(self, name: str) -> None:  # noqa: N802
        self.open.pop()
