"""A directory, a library with some of its people, and the tables that write from one into the other."""

from __future__ import annotations

import base64
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from ldap_servers.slapd import ADMIN, PASSWORD, PEOPLE
from limner import picture
from limner.library import Library, Record, open_library
from limner.people import Person
from limner.publish.photo_url import PhotoUrls
from limner.publish.report import Report
from limner.publish.thumbnails import Photos
from limner.publish.write_back import write_back
from limner.settings import PhotoUrl, Source, Thumbnails


def photo(colour: str) -> bytes:
    """Give a JPEG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (300, 300), colour).save(out, "JPEG")
    return out.getvalue()


def rows(
    url: str, base: str, *, user: str = ADMIN, password: str = PASSWORD, env: dict[str, str] | None = None
) -> set[str]:
    """Give what `ldapsearch` shows of all entries: a line for each value, with its entry."""
    command = ["ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-x", "-H", url, "-D", user, "-w", password, "-b", base, "*"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    found = set()
    for entry in done.stdout.split("\n\n"):
        dn, *lines = entry.strip().split("\n")
        found |= {f"{dn} {line}" for line in lines}
    return found


def apply(
    url: str, ldif: str, *, user: str = ADMIN, password: str = PASSWORD, env: dict[str, str] | None = None
) -> None:
    """Have `ldapmodify` do what LDIF says."""
    command = ["ldapmodify", "-c", "-x", "-H", url, "-D", user, "-w", password]
    done = subprocess.run(command, input=ldif, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr


def row(dn: str, attribute: str, value: bytes) -> str:
    """Give the row of a value that is written in base64."""
    return f"dn: {dn} {attribute}:: {base64.b64encode(value).decode()}"


class House:
    """A library, and tables for a directory; `where` is how tables reach it."""

    def __init__(self, folder: Path, **where: Any) -> None:
        self.folder = folder
        self.where = {"undo": folder / "undo"} | where
        self.library: Library = open_library(folder / "library", create=True)

    def has(self, who: str, colour: str | None, source: str = "photos", **names: Any) -> Record:
        """Put somebody into the library, with a photo of this colour."""
        portrait = picture.portrait(photo(colour)) if colour else None
        person = Person.of(**{"mails": [f"{who}@acme.example"]} | names)
        record = Record(person, source, names.pop("origin", who), digest=portrait.digest if portrait else None)
        with self.library.batch() as batch:
            batch.put(record, portrait)
        return record

    def addresses(self, *, table: dict[str, Any] | None = None, **how: Any) -> Report:
        """Run `limner publish photo-url`."""
        given = {"kind": "photo-url", "template": "http://photos.example/{mail}.jpg", "max_changes": 1.0}
        settings = PhotoUrl(**given | self.where | (table or {}))
        return write_back(self.library, settings, PhotoUrls(settings), **how)

    def pictures(self, *sources: Source, table: dict[str, Any] | None = None, **how: Any) -> Report:
        """Run `limner publish thumbnails`."""
        settings = Thumbnails(**{"kind": "thumbnails", "max_changes": 1.0} | self.where | (table or {}))
        return write_back(self.library, settings, Photos(settings, self.library, sources), **how)


def dn(uid: str) -> str:
    return f"uid={uid},{PEOPLE}"


def dry(run: Callable[..., Report], **how: Any) -> tuple[str, Report]:
    """Give the LDIF of a dry run, and its report."""
    told: list[str] = []
    report = run(dry_run=True, show=told.append, **how)
    return "".join(told), report
