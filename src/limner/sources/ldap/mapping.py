"""An entry of a directory -> a person, their photo, and what reports sort people by."""

from __future__ import annotations

import hashlib

from limner.directory import Entry
from limner.errors import NameFormError
from limner.settings import LdapSource
from limner.sources.found import Found, Loaded, Refused
from limner.sources.ldap.names import Names, first, text, unique
from limner.sources.ldap.presets import PRESETS

PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
"""How the files of pictures begin; `photo` may hold a fax instead (G3, RFC 2798 section 2.9.1)."""


class Mapping(Names):
    """What a source's settings say about entries. `attributes` are all that it looks at."""

    def __init__(self, settings: LdapSource) -> None:
        super().__init__(settings)
        preset = PRESETS[settings.directory]
        self.photo = settings.photo or preset.photo
        self.name = settings.display_name or preset.display_name
        self.report = settings.attributes or preset.attributes
        names = [self.identifier, *self.photo, *self.mail, *self.uid, *self.key, *self.name, *self.report.values()]
        self.attributes = unique(names)

    def found(self, entry: Entry, left_out: list[Refused]) -> Found | Refused:
        """Give the person of an entry; names that are none go to `left_out`, and the others count."""
        try:
            origin = self.origin_of(entry)
        except NameFormError as why:
            return Refused(entry.dn, why.message, complete=False)
        try:
            person = self.person(entry, left_out, first(entry, self.name))
        except NameFormError as why:
            return Refused(entry.dn, why.message, origin=origin)
        photo = self._photo(entry)
        version = hashlib.sha256(photo).hexdigest()[:32] if photo else ""
        attributes = {name: told for name, attribute in self.report.items() if (told := text(entry, attribute))}
        return Found(person, origin, version, Loaded(photo) if photo else None, attributes, where=entry.dn)

    def _photo(self, entry: Entry) -> bytes | None:
        """Choose the largest photo; something that does not begin as a picture only where there is nothing else."""
        values = [value for attribute in self.photo for value in entry.values(attribute) if value]
        if len(values) < 2:
            return values[0] if values else None
        return max(values, key=lambda value: (value.startswith(PICTURES), len(value)))
