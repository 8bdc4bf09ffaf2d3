"""A Domino Server document: by which names the server is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from limner.signon.documents import Document, read_documents, recognise
from limner.signon.errors import SignonError
from limner.signon.names import abbreviated, common_name, same_server

__all__ = ["ServerDocument", "read_server_document", "read_server_documents", "recognise"]


@dataclass(frozen=True, slots=True)
class ServerDocument:
    """What a Server document says of the server's names; None and empty are what it does not say.

    `whole` says that what is not here is not in the document either. `places` leads from a field to its line.
    """

    file: str
    line: int
    whole: bool
    name: str
    host_name: str | None = None  # SMTPFullHostDomain, "Fully qualified Internet host name"
    net_addresses: tuple[str, ...] = ()
    domain: str | None = None
    cluster: str | None = None
    host_name_line: int | None = None

    @property
    def short(self) -> str:
        """The name without labels: `Sametime/Servers/ACME`."""
        return abbreviated(self.name)

    @property
    def common(self) -> str:
        """The common name: `Sametime`."""
        return common_name(self.name)


def from_document(document: Document) -> ServerDocument:
    """Make sense of a document whose `is_server` holds. Raises SignonError if it names no server."""
    name = document.value("servername")
    if name is None:
        raise SignonError(f"{document.file}: {document.place()}: this Server document has no ServerName")
    return ServerDocument(
        file=document.file,
        line=document.line,
        whole=document.whole,
        name=name,
        host_name=document.value("smtpfullhostdomain"),
        net_addresses=document.values("netaddresses"),
        domain=document.value("domain"),
        cluster=document.value("clustername"),
        host_name_line=document.lines.get("smtpfullhostdomain"),
    )


def read_server_documents(file: Path) -> list[ServerDocument]:
    """Read all Server documents of a file; those without a name are left out. Raises SignonError."""
    documents = [each for each in read_documents(file) if each.is_server]
    return [from_document(each) for each in documents if each.value("servername")]


def read_server_document(file: Path, server: str | None = None) -> ServerDocument:
    """Read the one Server document of a file, or that of a server if it has several. Raises SignonError."""
    found = read_server_documents(file)
    if not found:
        raise SignonError(
            f"{file} holds no Server document",
            hint="export the server's document from the Domino directory as DXL, or copy its text (Basics tab)",
        )
    names = ", ".join(dict.fromkeys(each.short for each in found[:10]))
    if server is not None:
        found = [each for each in found if same_server(each.name, server)]
        if not found:
            raise SignonError(f"{file} has no Server document of {server}", hint=f"it has {names}")
    if len({each.short.casefold() for each in found}) > 1:
        raise SignonError(f"{file} holds {len(found)} Server documents", hint=f"say which with --server: {names}")
    return found[0]
