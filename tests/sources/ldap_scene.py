"""An LDAP source on a server, read again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from limner.settings import LdapSource
from limner.sources import Found, Gone, Reading, Refused, open_source

FACE = b"\xff\xd8\xff\xe0"  # how a JPEG begins; sources do not look further


def private(folder: Path, secret: str) -> Path:
    """Write a password into a file that nobody else reads."""
    file = folder / "password"
    file.write_text(f"{secret}\n")
    file.chmod(0o600)
    return file


class Read:
    """What one reading told: by uid or, where there is none, by the label."""

    def __init__(self, told: list[Found | Gone | Refused], reading: Reading) -> None:
        self.reading = reading
        self.found = {each.person.uid or each.person.label: each for each in told if isinstance(each, Found)}
        self.gone = [each.origin for each in told if isinstance(each, Gone)]
        self.refused = [each for each in told if isinstance(each, Refused)]
        self.names = sorted(self.found)

    def photo(self, uid: str) -> bytes | None:
        photo = self.found[uid].photo
        return None if photo is None else photo.data  # type: ignore[union-attr]  # of LDAP, all are Loaded


class Reader:
    """A source that goes on from where its last reading stopped."""

    def __init__(self, **settings: Any) -> None:
        self.settings = LdapSource(**{"kind": "ldap", "name": "people"} | settings)
        self.state: str | None = None

    def changes(self) -> Read:
        source = open_source(self.settings)
        try:
            told = list(source.people(self.state))
        finally:
            source.close()
        self.state = source.reading.state
        return Read(told, source.reading)

    def everybody(self) -> Read:
        self.state = None
        return self.changes()
