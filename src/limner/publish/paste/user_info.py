"""Says what an existing UserInfoConfig.xml lacks so that Sametime's business cards show photos from limner.

After HCL's help pages "Setting up business cards" (12) and "Verifying business card configuration" (9.0.1). The file
holds passwords; nothing of it is shown but the elements that photos are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from limner.errors import LimnerError
from limner.markup import Handler, MarkupError, parse
from limner.publish.paste.sametime import STCONFIG

MOST: Final = 1_000_000  # bytes; real ones have a few thousand
WANTED: Final = ("ImagePath", "PhotoURL")
WHO: Final = {"0": "anonymous users", "1": "users who are signed in"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wanting (or, a `note`, that should be known): on which line (None: the whole file), what it
    is, and what to do.
    """

    line: int | None
    message: str
    fix: str
    note: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give it for programs."""
        return {"line": self.line, "message": self.message, "fix": self.fix, "note": self.note}


@dataclass(slots=True)
class _Storage:
    line: int
    host: str = ""
    details: list[tuple[str, str, int]] = field(default_factory=list)  # Id, FieldName, line

    @property
    def called(self) -> str:
        return f"the LDAP directory {self.host}" if self.host else "the LDAP directory"


class _Reading(Handler):
    def __init__(self) -> None:
        self.storages: list[_Storage] = []
        self.sets: dict[str, tuple[list[str], int]] = {}
        self.inside: list[_Storage | None] = []

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        if name == "Storage":
            ldap = attributes.get("type", "").upper() == "LDAP"
            self.inside.append(_Storage(line) if ldap else None)
            self.storages += [each for each in self.inside[-1:] if each]
        elif name == "Set":
            params = [each.strip() for each in attributes.get("params", "").split(",")]
            self.sets[attributes.get("SetId", "").strip()] = (params, line)
        elif self.inside and self.inside[-1]:
            if name == "Detail":
                self.inside[-1].details.append((attributes.get("Id", ""), attributes.get("FieldName", ""), line))
            elif name == "StorageDetails":
                self.inside[-1].host = attributes.get("HostName", "")

    def end(self, name: str) -> None:
        if name == "Storage":
            self.inside.pop()


def check_file(path: Path, attribute: str) -> list[Finding]:
    """Give what a UserInfoConfig.xml lacks for photos whose addresses are in a directory's attribute.

    Raises LimnerError where it cannot be read, is not well-formed, or is another file.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST + 1)
    except OSError as why:
        raise LimnerError(f"{path}: {why.strerror}") from None
    if len(raw) > MOST:
        raise LimnerError(f"{path}: has more than {MOST:,} bytes; a UserInfoConfig.xml has a few thousand")
    try:
        return check(raw, attribute)
    except MarkupError as why:
        where = f"{path}:{why.line}:{why.column}" if why.column else f"{path}:{why.line}" if why.line else str(path)
        raise LimnerError(
            f"{where}: not well-formed XML: {why.message}", hint='within values "&" is written &amp; and "<" &lt;'
        ) from None
    except LimnerError as why:
        raise LimnerError(f"{path}: {why.message}", hint=why.hint) from None


def check(raw: bytes, attribute: str) -> list[Finding]:
    """Give what this text of a UserInfoConfig.xml lacks. Raises MarkupError; LimnerError if it is another file."""
    reading = _Reading()
    parse(raw, reading)
    if not reading.storages and not reading.sets:
        raise LimnerError(
            "this is no UserInfoConfig.xml: it has neither a Storage nor a Set", hint="it is on the Community Server"
        )
    found: list[Finding] = []
    if not reading.storages:
        found.append(
            Finding(
                None,
                'there is no <Storage type="LDAP">: photo addresses are read from an LDAP directory',
                "configure the directory first; HCL's page on business cards from LDAP tells how",
            )
        )
    for storage in reading.storages:
        found += _of_storage(storage, attribute)
    for number in WHO:
        found += _of_set(number, reading.sets.get(number))
    found.sort(key=lambda each: (each.note, each.line or 0))
    return [*found, Finding(None, STCONFIG, "see to it that your change is not overwritten", note=True)]


def _of_storage(storage: _Storage, attribute: str) -> Iterator[Finding]:
    for name in WANTED:
        detail = f'<Detail Type="text/plain" FieldName="{attribute}" Id="{name}"/>'
        exact = [(mapped, line) for written, mapped, line in storage.details if written == name]
        if not exact:
            near = [(written, line) for written, _, line in storage.details if written.lower() == name.lower()]
            if near:
                written, line = near[0]
                yield Finding(line, f'Id="{written}" is not known: it has to be "{name}"', f"write {detail}")
            else:
                yield Finding(storage.line, f"{storage.called} has no detail {name}", f"add within <Details>: {detail}")
        elif exact[0][0].lower() != attribute.lower():
            mapped, line = exact[0]
            yield Finding(
                line,
                f'{name} is read from the attribute "{mapped}", not from "{attribute}"',
                f"write {detail}, or give --attribute {mapped} if the addresses are there",
            )
        if len(exact) > 1:
            yield Finding(
                exact[1][1], f"{name} is there {len(exact)} times; which of them counts is not known", "keep one"
            )


def _of_set(number: str, told: tuple[list[str], int] | None) -> Iterator[Finding]:
    who = WHO[number]
    if told is None:
        yield Finding(
            None,
            f'there is no <Set SetId="{number}">: what {who} are shown',
            f'add <Set params="MailAddress,Name,PhotoURL,ImagePath" SetId="{number}"/>, and what else they may see',
        )
        return
    params, line = told
    lacking = [name for name in WANTED if name not in params]
    if lacking:
        yield Finding(
            line,
            f'SetId="{number}" ({who}) lacks {" and ".join(lacking)}',
            f"add {','.join(lacking)} to its params"
            + ("; leave it so if they are to see no photos" if number == "0" else ""),
            note=number == "0",
        )
    if "Photo" in params:
        yield Finding(
            line,
            f'SetId="{number}" ({who}) still has Photo, which PhotoURL and ImagePath replace',
            "take Photo out of its params",
        )
