"""Documents of a Domino directory: from DXL, or from text as Notes exports and shows it.

DXL is read as HCL's domino-jnx test data has it (`document`, `item`, `text`, `textlist`, `number`), by local names and
without regard to the case of letters, with or without its namespace. Structured text is `Name: value` lines; a copy of
a form has the form's labels instead of the items' names, and `documents.LABELS` knows those that matter.

Only the items in `WANTED` are kept: secrets, such as that of a Web SSO document, never leave this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from limner.markup import Handler, MarkupError, parse
from limner.signon.errors import SignonError
from limner.signon.reading import decode, read

MOST_ITEMS: Final = 5000  # kept of one document
MOST_DOCUMENTS: Final = 10_000
MOST_VALUE: Final = 4096  # characters kept of one value
WANTED: Final = frozenset(
    {
        *("form", "type", "servername", "domain", "smtpfullhostdomain", "netaddresses", "clustername"),
        *("ltpa_tokenname", "ltpa_tokendomain", "ltpa_tokenexpiration"),
    }
)
LABELS: Final = {  # of the Server document's form, and what `show server` prints
    "server name": "servername",
    "domain name": "domain",
    "fully qualified internet host name": "smtpfullhostdomain",
    "cluster name": "clustername",
    "net address": "netaddresses",
    "token name": "ltpa_tokenname",
    "dns domain": "ltpa_tokendomain",
    "expiration (minutes)": "ltpa_tokenexpiration",
}
_FIELD: Final = re.compile(r"\s*([A-Za-z$][^:\t]{0,79}?)\s*:(?:[ \t]+|$)(.*)")
_LISTED: Final = frozenset({"netaddresses"})


@dataclass(slots=True)
class Document:
    """One document: its items by lower-case name, each a list of values; `line` is where it begins, from 1.

    `whole` says that an item which is not here is not in the document either: true of DXL, not of a copied form.
    """

    file: str
    line: int
    whole: bool
    items: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def is_server(self) -> bool:
        """Whether it is a Server document."""
        form = (self.value("form", "type") or "").casefold()
        return form == "server" or (not form and "servername" in self.items)

    @property
    def is_sso(self) -> bool:
        """Whether it is a Web SSO Configuration document."""
        return "ltpa_tokenname" in self.items or "ltpa_tokendomain" in self.items

    def values(self, *names: str) -> tuple[str, ...]:
        """Give the values of the first item of these names that has any."""
        for name in names:
            if values := [value.strip() for value in self.items.get(name, ()) if value.strip()]:
                return tuple(values)
        return ()

    def value(self, *names: str) -> str | None:
        """Give the first value of the first item of these names that has one."""
        return next(iter(self.values(*names)), None)

    def place(self, *names: str) -> str:
        """Say where an item stands, or the document, if the item is not there."""
        return f"line {next((self.lines[name] for name in names if name in self.lines), self.line)}"

    def add(self, name: str, value: str, line: int) -> None:
        """Take a value, if the item is one that matters."""
        name = name.casefold()
        if name in WANTED and sum(map(len, self.items.values())) < MOST_ITEMS:
            self.items.setdefault(name, []).append(value[:MOST_VALUE])
            self.lines.setdefault(name, line)


def recognise(head: bytes, name: str) -> bool:
    """Whether this holds Server or Web SSO documents, or other DXL, by its first bytes and its name."""
    text = decode(head)
    if re.search(r"<(\w+:)?(document|database)\b", text, re.IGNORECASE):
        return "lotus.com/dxl" in text or bool(re.search(r"<(\w+:)?(item|noteinfo)\b", text, re.IGNORECASE))
    if text.lstrip("\ufeff \t\n").startswith("<"):
        return False
    documents = parse_text(text, name)
    return any(each.is_sso or (each.is_server and len(each.items) > 1) for each in documents)


def read_documents(file: Path) -> list[Document]:
    """Read the Server and Web SSO documents of a file, DXL or text. Raises SignonError."""
    raw = read(file)
    if not _is_xml(raw):
        return parse_text(decode(raw), str(file))
    try:
        return parse_dxl(raw, str(file))
    except MarkupError as why:
        where = f"{file}: line {why.line}" if why.line else str(file)
        raise SignonError(
            f"{where}: {why.message}", hint="export the document as DXL again, or copy its text"
        ) from None


def _is_xml(raw: bytes) -> bool:
    return raw[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def parse_dxl(raw: bytes, file: str) -> list[Document]:
    """Make documents of DXL. Raises MarkupError."""
    reader = _Dxl(file)
    parse(raw, reader, doctype=True)  # Domino's own exports declare one
    return reader.found


class _Dxl(Handler):
    """Collects documents while they are read; what nobody asked for is not kept."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Document] = []
        self.document: Document | None = None
        self.item: tuple[str, int] | None = None
        self.pieces: list[str] | None = None
        self.size = 0  # characters in them

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        kind = name.lower()
        if kind in ("document", "note"):
            self.document = Document(self.file, line, whole=True)
            fields = {key.lower(): value for key, value in attributes.items()}
            if "form" in fields:
                self.document.add("form", fields["form"], line)
        elif kind == "item" and self.document is not None:
            named = next((value for key, value in attributes.items() if key.lower() == "name"), "")
            self.item = (named, line) if named.casefold() in WANTED else None
        elif kind in ("text", "number", "datetime") and self.item is not None:
            self.pieces, self.size = [], 0
        elif kind == "break" and self.pieces is not None:
            self.pieces.append(" ")

    def text(self, text: str, line: int) -> None:
        if self.pieces is not None and self.size < MOST_VALUE:
            self.pieces.append(text)
            self.size += len(text)

    def end(self, name: str) -> None:
        kind = name.lower()
        if kind in ("text", "number", "datetime") and self.pieces is not None:
            if self.document is not None and self.item is not None:
                self.document.add(self.item[0], "".join(self.pieces), self.item[1])
            self.pieces = None
        elif kind == "item":
            self.item = self.pieces = None
        elif kind in ("document", "note"):
            found, self.document = self.document, None
            if found is not None and (found.is_server or found.is_sso) and len(self.found) < MOST_DOCUMENTS:
                self.found.append(found)


def parse_text(text: str, file: str) -> list[Document]:
    """Make documents of structured text, of a copied form, or of what the console prints of a server.

    A form feed, or an item that stood there already and takes one value, begins the next document.
    """
    found: list[Document] = []
    current: Document | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if "\f" in line:
            current = None
        match = _FIELD.match(line.replace("\f", ""))
        name = _item(match[1]) if match else None
        if match is None or name is None:
            continue
        if current is None or (name == "servername" and name in current.items):
            current = Document(file, number, whole=False)
            if len(found) < MOST_DOCUMENTS:
                found.append(current)
        for value in _values(name, match[2]):
            current.add(name, value, number)
    return [document for document in found if document.is_server or document.is_sso]


def _item(label: str) -> str | None:
    plain = " ".join(label.casefold().split())
    return plain if plain in WANTED else LABELS.get(plain)


def _values(name: str, text: str) -> list[str]:
    text = text.strip().strip('"')
    if name in _LISTED:
        return [part.strip().strip('"') for part in re.split(r"[,;\t]", text) if part.strip()]
    if name == "servername":  # `show server` puts the title behind the name
        text = re.split(r"\t| - ", text, maxsplit=1)[0]
    return [text.split("\t", 1)[0].strip()] if text else []
