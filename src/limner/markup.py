"""XML from anywhere, read safely and with line numbers: no entities, nothing fetched, bounded depth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, ErrorHandler
from xml.sax.xmlreader import Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from limner.errors import LimnerError

DEEPEST: Final = 200  # elements within each other


class MarkupError(LimnerError):
    """XML that is not well-formed, or not to be read; `line` and `column` count from 1, None if nobody knows."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Handler:
    """What is told of a document, in its order; names are local names as they are written."""

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        """Tell that an element begins, on a line that counts from 1."""

    def end(self, name: str) -> None:
        """Tell that an element ends."""

    def text(self, text: str, line: int) -> None:
        """Tell a piece of text, and the line on which it begins; one text may come in pieces."""


def parse(raw: bytes, handler: Handler, *, doctype: bool = False) -> None:
    """Read a document; `doctype` lets one declare a document type, which is not looked at.

    Raises MarkupError, with all that was told before it.
    """
    content = _Content(handler)
    # SAX fetches nothing that is external unless it is told to (feature_external_ges): a type's address is only a name
    reader = DefusedExpatParser(forbid_dtd=not doctype, forbid_external=not doctype)
    content.locator = reader  # which SAX tells by itself only of files that it opens
    reader.setContentHandler(content)
    reader.setErrorHandler(ErrorHandler())
    try:
        reader.feed(raw)
        reader.close()
    except SAXParseException as why:
        raise MarkupError(why.getMessage(), line=why.getLineNumber(), column=(why.getColumnNumber() or 0) + 1) from None
    except DefusedXmlException:
        raise MarkupError("it declares a document type or entities: that is not read", line=content.line) from None
    except (LookupError, ValueError) as why:  # an encoding that Python does not know, or that expat cannot use
        raise MarkupError(f"its encoding cannot be read ({why})") from None


class _Content(ContentHandler):
    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self.handler = handler
        self.depth = 0
        self.locator: Locator | None = None

    @property
    def line(self) -> int:
        return self.locator.getLineNumber() or 1 if self.locator else 1

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - SAX's name
        self.depth += 1
        if self.depth > DEEPEST:
            raise MarkupError(f"its elements are more than {DEEPEST} deep", line=self.line)
        self.handler.start(_local(name), {key: attrs[key] for key in attrs.keys()}, self.line)  # noqa: SIM118 - SAX

    def endElement(self, name: str) -> None:  # noqa: N802
        self.depth -= 1
        self.handler.end(_local(name))

    def characters(self, content: str) -> None:
        self.handler.text(content, self.line)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
