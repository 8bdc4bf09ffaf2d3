"""What a Notes client or a Domino server says while it connects: the lines of `Trace`, and what each means.

The texts are those of the Notes C API's headers (version 11.0.1), where `%A` is a Notes name. Only English is known.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a line tells."""

    PATH = "path"  # the search for a way to a server begins
    REMEMBERED = "remembered"  # an address of last time is tried
    TRY = "try"  # an address is tried
    CONNECTING = "connecting"
    WRONG_SERVER = "wrong server"
    IS_ADDRESS_OF = "is the address of"
    CONNECTED = "connected"
    AVAILABLE = "available"
    NO_ANSWER = "no answer"
    UNABLE = "unable"
    NO_PATH = "no path"


class Event(NamedTuple):
    """A line that is known: its kind and the names in it; empty and lost names are None."""

    kind: Kind
    name: str | None = None  # what was asked for
    address: str | None = None
    port: str | None = None
    server: str | None = None  # who answered
    reason: str | None = None


_QUOTED: Final = r"'(?P<address>[^']*)'"
_NAME: Final = r"(?P<name>.*?)\s*"  # traces that went through a web page have lost their names
_ON: Final = r"\bon (?P<port>[^\s(]+?)"
_PATTERNS: Final = (
    (Kind.PATH, r"Determining path to server\s*(?P<name>.*?)\.*"),
    (Kind.REMEMBERED, rf"Checking for {_NAME}at last known address {_QUOTED} {_ON}?\.*"),
    (Kind.NO_ANSWER, r"No answer at last known address.*"),
    (Kind.TRY, rf"Checking for {_NAME}{_ON} using address {_QUOTED}\.*"),
    (Kind.TRY, rf"Verifying address {_QUOTED} for {_NAME}{_ON}\.*"),
    (Kind.TRY, rf"Using address {_QUOTED} for {_NAME}{_ON}\.*"),
    (Kind.CONNECTING, r"Connecting to (?P<name>.*?) over (?P<port>\S+?)\.*"),
    (Kind.WRONG_SERVER, r"Connected to the wrong server (?P<server>.*?)\s*using address\s*'?(?P<address>.*?)'?\.*"),
    (Kind.IS_ADDRESS_OF, r"(?P<name>\S.*?) is the address of server (?P<server>\S.*?)\.*"),
    (Kind.CONNECTED, r"Connected to server (?P<server>\S.*?)\.*"),
    (Kind.AVAILABLE, rf"(?P<server>\S.*?) is available {_ON}\.*"),
    (Kind.NO_ANSWER, rf"No answer on address {_QUOTED} from {_NAME}{_ON}\.*"),
    (Kind.NO_ANSWER, r"(?P<name>\S.*?) is not available\.*"),
    (Kind.NO_ANSWER, r"The server was not responding at this address.*"),
    (Kind.UNABLE, rf"Unable to connect to {_NAME}{_ON}\s*\((?P<reason>.*?)\)?"),
    (Kind.UNABLE, r"Unable to connect to (?P<name>[^:(]*?): (?P<reason>.*)"),
    (Kind.UNABLE, r"Attempt to reach (?P<name>.*?) by passthru failed\s*\((?P<reason>.*?)\)?"),
    (Kind.NO_PATH, r"Unable to find any path to (?P<name>.*?)(?: on (?P<port>\S+))? because (?P<reason>.*)"),
    (Kind.NO_PATH, r"No path found to (?P<name>.*?)\.*"),
    (Kind.UNABLE, r"(?P<reason>Server (?P<name>\S.*?) is not responding)(?: on (?P<port>\S+?))?\.*"),
    (Kind.UNABLE, r"(?P<reason>Port (?P<port>\S+) is temporarily unavailable)\.*"),
)
_COMPILED: Final = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
# each of the texts has one of these, so that most lines of a large log are passed over at once
_WORDS: Final = (
    *("path to", "address", "connect", "is available", "is not available", "not responding", "passthru failed"),
    *("path found", "temporarily unavailable"),
)
_BEGINNING: Final = re.compile(
    r"(?:Determining path|Checking |Using address|Verifying address|Connect(?:ed|ing) to|No answer|Unable to|No path|"
    r"Attempt to reach|Available Ports|Address |Obtained |Requesting |Allowing |Enabling |Authenticating |"
    r"Compression is|Encryption is|The default passthru|No default passthru)",
    re.IGNORECASE,
)
LONGEST: Final = 1024  # characters of a line that is looked at


def has_word(text: str) -> bool:
    """Whether a text has a word without which it cannot be a line of a trace."""
    text = text.lower()
    return any(word in text for word in _WORDS)


def begins(text: str) -> bool:
    """Whether a line begins as one of a trace does."""
    return _BEGINNING.match(text) is not None


def event(text: str) -> Event | None:
    """Say what a line of a trace tells; None for any other line."""
    text = text.strip()
    if len(text) > LONGEST or not has_word(text):
        return None
    for kind, pattern in _COMPILED:
        if match := pattern.fullmatch(text):
            found = {name: value.strip() or None for name, value in match.groupdict().items() if value is not None}
            return Event(kind, **found)
    return None
