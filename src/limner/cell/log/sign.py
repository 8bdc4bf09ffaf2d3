"""Messages of WebSphere that tell of TLS, and what each of them says: who, with whom, over what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from limner.cell.log.causes import CAUSES, OTHER, Cause
from limner.cell.log.records import Record


class Kind(StrEnum):
    """What a message tells of."""

    HANDSHAKE = "handshake"
    SYNC = "synchronization"
    LOST = "node agent lost"
    FOUND = "node agent found"


@dataclass(frozen=True, slots=True)
class Sign:
    """What a message says. `peer` is the other side, as far as the message names it, else "".

    `inbound` is whether the other side called; None if that is not told. `alias` and `store` are the SSL configuration
    and the trust store that the message names, `detail` the part of the text that the cause's sentence is about.
    """

    kind: Kind
    code: str
    peer: str
    inbound: bool | None
    cause: Cause
    detail: str = ""
    alias: str = ""
    store: str = ""


_WORTH: Final = re.compile(
    r"SSLC0008E|CWPKI0022E|CWPKI002[34]E|CWPKI0824E|ADMS0206I|ADMS0005E|ADMC0047W|ADMC0048I|ADMD0023I|"
    r"SSL(?:Handshake|Protocol|PeerUnverified|Key)?Exception|SSL HANDSHAKE FAILURE"
)
_CODE: Final = re.compile(r"\b[A-Z]{4,5}\d{4}[AEIW]\b")
_PROCESS: Final = re.compile(r"running with process name (\S+?)[\\/](\S+?)[\\/](\S+) and process id")
_NODE: Final = re.compile(r"""(?:failed for node:?|agent at node)\s*["']?([\w.-]*\w)""", re.IGNORECASE)
_AGENT: Final = re.compile(r"name:\s*nodeagent\b", re.IGNORECASE)
_TARGET: Final = re.compile(r"""target host:port\s*["']?([\w.:*-]+\w)""", re.IGNORECASE)
_ALIAS: Final = re.compile(r"""SSL configuration alias\s*["']?([\w./-]+\w)""", re.IGNORECASE)
_STORE: Final = re.compile(r"""trust store\s*["']?([^\s"',]+)""", re.IGNORECASE)
_SUBJECT: Final = re.compile(
    r"""SubjectDN\s*["']?(.+?)["']?(?: and issuerDN .{0,400}?)? was sent from""", re.IGNORECASE
)


def process_of(record: Record) -> str | None:
    """Give `node/server` of a log's banner, or None for any other message."""
    if "process name" not in record.text:
        return None
    match = _PROCESS.search(record.text)
    return f"{match[2]}/{match[3]}" if match else None


def read(record: Record) -> Sign | None:
    """Give what a message says of TLS; None if it says nothing."""
    text = record.text
    if _WORTH.search(text) is None:
        return None
    match = _CODE.search(text)
    code = match[0] if match else ""
    if code in ("ADMC0047W", "ADMC0048I", "ADMD0023I"):
        return _agent(text, code)
    cause, detail = _cause(text)
    if code.startswith("ADMS"):
        node = _NODE.search(text)
        return Sign(Kind.SYNC, code, f"node {node[1]}" if node else "", None, cause, detail)
    target, alias, store = (pattern.search(text) for pattern in (_TARGET, _ALIAS, _STORE))
    subject = _SUBJECT.search(text)
    peer = target[1] if target else f"a server that showed {subject[1]}" if subject else ""
    if not peer and "FileTransfer" in text:
        peer = "the deployment manager's file transfer"
    return Sign(
        Kind.HANDSHAKE,
        code,
        peer,
        _inbound(text, code),
        cause,
        detail,
        alias[1] if alias else "",
        store[1] if store else "",
    )


def _agent(text: str, code: str) -> Sign | None:
    if code == "ADMD0023I":  # of any process; it names no node
        return Sign(Kind.FOUND, code, "", None, OTHER) if _AGENT.search(text) else None
    node = _NODE.search(text)
    kind = Kind.LOST if code == "ADMC0047W" else Kind.FOUND
    return Sign(kind, code, f"node {node[1]}" if node else "", None, OTHER)


def _cause(text: str) -> tuple[Cause, str]:
    for cause in CAUSES:
        detail = cause.found_in(text)
        if detail is not None:
            return cause, detail
    return OTHER, ""


def _inbound(text: str, code: str) -> bool | None:
    """Whether the other side called: the SSL channel says SSLC0008E of those that come, CWPKI is said by who calls."""
    if "readyOutbound" in text or code in ("CWPKI0022E", "CWPKI0824E"):
        return False
    if code == "SSLC0008E" or "readyInbound" in text:
        return True
    return False if re.search(r"FileTransferClient|connectOutbound|HttpURLConnection", text) else None
