"""Where a person's photo may be: by a template, or by a table's `url`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote

from limner.people import Person
from limner.settings.template import OF_MAIL, PLACE

ADDRESSES = 10
"""How many addresses are tried for one person, at most: one for each of their mail addresses."""

NOWHERE = ("", ".", "..")
"""Names that would leave out a step of the address, or lead up in it."""


class Places:
    """Fills a template of the settings; an empty one leads nowhere."""

    def __init__(self, template: str) -> None:
        self.template = template
        self._names = frozenset(PLACE.findall(self.template))

    def of(self, person: Person) -> list[str]:
        """Give the addresses at which somebody's photo may be; the first that has one counts.

        A template of mail addresses is filled with each of them: nobody knows which one the origin knows. None, if the
        template needs a name that the person has not.
        """
        if not self.template:
            return []
        found: list[str] = []
        for mail in person.mails if self._names & OF_MAIL else ("",):
            names = dict(_names(person, mail))
            if all(names.get(name, "") not in NOWHERE for name in self._names):
                found.append(PLACE.sub(_Fill(names), self.template))
        return found[:ADDRESSES]


class _Fill:
    """Puts a name in where it belongs, escaped so that it cannot lead elsewhere."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def __call__(self, place: re.Match[str]) -> str:
        return quote(self.names[place[1]], safe="@")


def _names(person: Person, mail: str) -> Iterator[tuple[str, str]]:
    yield "mail", mail
    yield "uid", person.uid or ""
    yield "key", person.key or ""
    if mail:
        raw = mail.encode()
        yield "md5", hashlib.md5(raw, usedforsecurity=False).hexdigest()
        yield "sha256", hashlib.sha256(raw).hexdigest()
