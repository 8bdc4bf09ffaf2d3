"""Which kind of file something is, told by its first bytes and its name, and which files are never opened."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

from limner.signon import communities, documents, notes_ini, sametime_ini, token_file, trace
from limner.signon.capture.container import is_capture
from limner.signon.reading import decode, head


class Kind(StrEnum):
    """What a file is; the value is the word for people."""

    CAPTURE = "packet capture"
    TRACE = "trace or log"
    DOCUMENTS = "Domino documents"
    NOTES_INI = "notes.ini"
    SAMETIME_INI = "sametime.ini"
    COMMUNITIES = "managed-community-configs.xml"
    HOSTS = "hosts file"
    TOKEN = "token"  # noqa: S105 - not a password
    SECRET = "keys or passwords, not opened"  # noqa: S105
    REPORT = "report of limner"
    OTHER = "not recognised"


REPORT_MARK: Final = "<!-- limner signon diagnose -->"
_SECRET_NAMES: Final = re.compile(
    r".*\.(keys|keyset|key|id|p12|pfx|jks|kdb|kyr|sth|stash|pem|password|secret)|.*(ltpa.*keys|password|secret).*",
    re.IGNORECASE,
)
_SECRET_WORDS: Final = (
    "com.ibm.websphere.ltpa",
    "BEGIN PRIVATE KEY",
    "BEGIN RSA PRIVATE KEY",
    "BEGIN ENCRYPTED PRIVATE KEY",
)
_HOSTS_LINE: Final = re.compile(r"^\s*(127\.0\.0\.1|::1|\d{1,3}(\.\d{1,3}){3})[ \t]+[A-Za-z0-9]", re.MULTILINE)

# in this order: the surer ones first
_RECOGNISERS: Final[tuple[tuple[Kind, Callable[[bytes, str], bool]], ...]] = (
    (Kind.TOKEN, token_file.recognise),
    (Kind.COMMUNITIES, communities.recognise),
    (Kind.NOTES_INI, notes_ini.recognise),
    (Kind.SAMETIME_INI, sametime_ini.recognise),
    (Kind.HOSTS, lambda begin, name: name.lower().startswith("hosts") and bool(_HOSTS_LINE.search(decode(begin)))),
    (Kind.DOCUMENTS, documents.recognise),
    (Kind.TRACE, trace.recognise),
)


def kind_of(file: Path) -> Kind:
    """Tell what a file is. Raises SignonError if it cannot be read."""
    if _SECRET_NAMES.fullmatch(file.name):
        return Kind.SECRET
    begin = head(file)
    if is_capture(begin) or (begin[:2] == b"\x1f\x8b" and ".pcap" in file.name.lower()):
        return Kind.CAPTURE
    text = decode(begin)
    if any(word in text for word in _SECRET_WORDS):
        return Kind.SECRET
    if REPORT_MARK in text:
        return Kind.REPORT
    return next((kind for kind, recognise in _RECOGNISERS if recognise(begin, file.name)), Kind.OTHER)
