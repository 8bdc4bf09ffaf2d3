"""The address of a person's photo, made of a template."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from limner.publish.known import Known, Unseen
from limner.publish.report import LeftOut
from limner.publish.values import Check, Value
from limner.settings import PhotoUrl
from limner.sources.url.places import Places


class PhotoUrls:
    """The addresses that a `[[publish]]` table asks for."""

    overwrite = True

    def __init__(self, settings: PhotoUrl) -> None:
        self.attribute = settings.attribute
        self._template = settings.template
        self._places = Places(settings.template)

    def of(self, known: Known) -> Value | LeftOut:
        """Give the address by the first of the entry's names that lead to the person, so that it shows their photo."""
        addresses = self._places.of(known.person)
        if not addresses:
            return LeftOut(known.entry.dn, f"the library knows no name of theirs that {self._template} needs")
        address = addresses[0].encode("ascii")
        return lambda: address

    def check(self, known: Known) -> Check | None:
        return None

    def own(self, unseen: Unseen) -> Set[bytes]:
        """Give the addresses that the template makes of the entry's own names, of each mail address by itself."""
        person = unseen.person
        alone = [replace(person, mails=(mail,)) for mail in person.mails] or [person]
        return {address.encode("ascii") for each in alone for address in self._places.of(each)}
