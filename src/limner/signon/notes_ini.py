"""A notes.ini, of a server or of a client.

Only the settings that bear on sign-on are kept; all others, passwords among them, are dropped unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from limner.signon.evidence import Cause, Evidence, Strength, Weight
from limner.signon.reading import decode, read

MOST_BYTES: Final = 4 << 20
SPRAYER: Final = "NETWORK_SPRAYER_ADDRESS"
SPRAYER_SOURCE: Final = "SPR PMIA6A9MMW, as the Domino wiki has it (network_sprayer_address)"
REMEMBERED: Final = "DONT_USE_REMEMBERED_ADDRESSES"
_KEPT: Final = re.compile(
    rf"{SPRAYER}|{REMEMBERED}|PORTS|SERVERNAME|KITTYPE|DOMAIN|LOG_CONNECTIONS|CLIENT_CLOCK|DEBUG_OUTFILE"
    r"|\w+_TCPIPADDRESS|\w+_TCPCONNECTTIMEOUT|\w+_PORTMAPPING\d*"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it is written, and its line's number from 1."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class NotesIni:
    """The settings that bear on sign-on, in the file's order."""

    file: str
    settings: tuple[Setting, ...]

    def all(self, name: str) -> list[Setting]:
        """Give every setting of a name; the case of letters does not count."""
        return [setting for setting in self.settings if setting.name.upper() == name.upper()]

    def value(self, name: str) -> str | None:
        """Give the first value of a name, None if it is not set."""
        return next((setting.value for setting in self.all(name)), None)

    @property
    def sprayer(self) -> tuple[str, ...]:
        """The names of NETWORK_SPRAYER_ADDRESS; `*` stands for any."""
        value = self.value(SPRAYER) or ""
        return tuple(name for part in value.split(",") if (name := part.strip().strip("\"'")))

    @property
    def is_client(self) -> bool | None:
        """Whether it is a client's (KitType 1), None if it does not say. That KitType tells is from memory."""
        kind = self.value("KitType")
        return {"1": True, "2": False}.get(kind or "")

    @property
    def listens(self) -> str | None:
        """The address that the TCP port is bound to (`TCPIP_TCPIPAddress=0,ADDRESS[:PORT]`), None for all."""
        value = next((each.value for each in self.settings if each.name.upper().endswith("_TCPIPADDRESS")), "")
        address = value.partition(",")[2].strip()
        if address.startswith("["):
            return address[1:].partition("]")[0] or None
        return address.partition(":")[0] or None

    @property
    def doubts(self) -> list[str]:
        """What is doubtful about the file itself, a sentence each."""
        found = []
        for name in dict.fromkeys(setting.name.upper() for setting in self.settings):
            values = self.all(name)
            if len({setting.value for setting in values}) > 1:
                places = ", ".join(str(setting.line) for setting in values)
                found.append(
                    f"{name} stands there {len(values)} times with different values (lines {places}); which of them "
                    "Domino takes is not known, the first is used here"
                )
        if self.value(SPRAYER) is not None and self.is_client:
            found.append(f"this is a client's notes.ini (KitType=1); {SPRAYER} is a setting for servers")
        if any("_PORTMAPPING" in setting.name.upper() for setting in self.settings):
            found.append(
                "port mapping is set: several servers share the address, and the name that a client asks for chooses "
                "among them; which of them answers a name that is none of theirs is not known"
            )
        return found

    def evidence(self) -> list[Evidence]:
        """Give what the file says about why a log-in failed."""
        found = []
        if setting := next(iter(self.all(SPRAYER)), None):
            any_name = "*" in self.sprayer
            found.append(
                Evidence(
                    file=self.file,
                    place=f"line {setting.line}",
                    cause=Cause.NAME_CHECK,
                    supports=False,
                    weight=Weight.STRONG if any_name else Weight.HINT,
                    strength=Strength.SAID,
                    source=SPRAYER_SOURCE,
                    text=f"{SPRAYER} lets clients ask for {'any name' if any_name else ', '.join(self.sprayer)}",
                    names=() if any_name else self.sprayer,
                )
            )
        remembered = next(iter(self.all(REMEMBERED)), None)
        if remembered is not None and remembered.value == "1":
            found.append(
                Evidence(
                    file=self.file,
                    place=f"line {remembered.line}",
                    cause=Cause.CACHED_ADDRESS,
                    supports=False,
                    strength=Strength.SAID,
                    source="Domino administration guide, Dont_Use_Remembered_Addresses",
                    text="Dont_Use_Remembered_Addresses=1 keeps remembered addresses from being used",
                )
            )
        return found


def recognise(head: bytes, name: str) -> bool:
    """Whether this is a notes.ini, by its first bytes and its name."""
    text = decode(head)
    if re.search(r"^\s*\[notes\]\s*$", text, re.IGNORECASE | re.MULTILINE):
        return True
    return name.lower().endswith(".ini") and bool(
        re.search(rf"^({SPRAYER}|KitType|NotesProgram|KeyFilename|ServerName)\s*=", text, re.IGNORECASE | re.MULTILINE)
    )


def read_notes_ini(file: Path) -> NotesIni:
    """Read a notes.ini. Raises SignonError."""
    return parse_notes_ini(decode(read(file, MOST_BYTES)), str(file))


def parse_notes_ini(text: str, file: str) -> NotesIni:
    """Make sense of a notes.ini: `Name=value` lines, with `;` before a comment."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        name, equals, value = line.partition("=")
        name = name.strip()
        if equals and not name.startswith(";") and _KEPT.fullmatch(name.upper()):
            found.append(Setting(name, value.strip(), number))
    return NotesIni(file, tuple(found))
