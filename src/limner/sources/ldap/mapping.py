"""An entry of a directory -> a person, their photo, and what reports sort people by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from limner import people
from limner.directory import Entry, shown
from limner.errors import NameFormError
from limner.people import Person
from limner.settings import LdapSource
from limner.sources.found import Found, Loaded, Refused
from limner.sources.ldap.presets import IDENTIFIERS, PRESETS

PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
"""How the files of pictures begin; `photo` may hold a fax instead (G3, RFC 2798 section 2.9.1)."""


class Mapping:
    """What a source's settings say about entries. `attributes` are all that it looks at."""

    def __init__(self, settings: LdapSource) -> None:
        preset = PRESETS[settings.directory]
        self.microsoft = settings.directory == "ad"
        self.identifier = IDENTIFIERS[settings.directory]
        self.photo = settings.photo or preset.photo
        self.mail = settings.mail or preset.mail
        self.uid = settings.uid or preset.uid
        self.key = settings.key
        self.name = settings.display_name or preset.display_name
        self.report = settings.attributes or preset.attributes
        names = [self.identifier, *self.photo, *self.mail, *self.uid, *self.key, *self.name, *self.report.values()]
        self.attributes = [*dict.fromkeys(name for name in names if name)]

    def identity(self, entry: Entry) -> bytes | None:
        """Give what stays an entry's when it is renamed, as 16 bytes; None if it does not say."""
        value = next(iter(entry.values(self.identifier)), b"") if self.identifier else b""
        if self.microsoft:
            return value if len(value) == 16 else None
        try:
            identity = bytes.fromhex(value.decode("ascii").replace("-", ""))
        except ValueError:
            return None
        return identity if len(identity) == 16 else None

    def origin(self, identity: bytes) -> str:
        """Give an identity as the library keeps it and as filters and other tools write it."""
        return shown(identity, microsoft=self.microsoft)

    def found(self, entry: Entry, identity: bytes | None, left_out: list[Refused]) -> Found | Refused:
        """Give the person of an entry; names that are none go to `left_out`, and the others count."""
        try:
            origin = self.origin(identity) if identity else people.dn(entry.dn)
        except NameFormError as why:
            return Refused(entry.dn, why.message, complete=False)
        mails = list(self._mails(entry))
        names = {"uid": _first(entry, self.uid), "key": _first(entry, self.key), "dn": entry.dn}
        name = _first(entry, self.name)
        try:
            person = Person.of(mails=mails, name=name, **names)
        except NameFormError:
            left_out.extend(_bad(entry, mails, names))
            try:
                person = Person.of(mails=mails, name=name, **names)
            except NameFormError as why:
                return Refused(entry.dn, why.message, origin=origin)
        photo = self._photo(entry)
        version = hashlib.sha256(photo).hexdigest()[:32] if photo else ""
        attributes = {name: text for name, attribute in self.report.items() if (text := _text(entry, attribute))}
        return Found(person, origin, version, Loaded(photo) if photo else None, attributes, where=entry.dn)

    def _mails(self, entry: Entry) -> Iterator[str]:
        """Yield every mail address. Exchange marks the main one of `proxyAddresses` by `SMTP:` in capitals."""
        for attribute in self.mail:
            values = entry.texts(attribute)
            for value in sorted(values, key=lambda text: not text.startswith("SMTP:")) if len(values) > 1 else values:
                kind, colon, rest = value.partition(":")
                if not colon:
                    if value.strip():
                        yield value
                elif kind.strip().lower() == "smtp" and rest.strip():
                    yield rest

    def _photo(self, entry: Entry) -> bytes | None:
        """Choose the largest photo; something that does not begin as a picture only where there is nothing else."""
        values = [value for attribute in self.photo for value in entry.values(attribute) if value]
        if len(values) < 2:
            return values[0] if values else None
        return max(values, key=lambda value: (value.startswith(PICTURES), len(value)))


def _text(entry: Entry, attribute: str) -> str | None:
    text = entry.text(attribute)
    return text.strip() or None if text else None


def _first(entry: Entry, attributes: Sequence[str]) -> str | None:
    for attribute in attributes:
        if text := _text(entry, attribute):
            return text
    return None


def _bad(entry: Entry, mails: list[str], names: dict[str, str | None]) -> Iterator[Refused]:
    """Take out of an entry's names what is none, and yield what it was."""
    for mail in list(mails):
        try:
            people.mail(mail)
        except NameFormError as why:
            mails.remove(mail)
            yield Refused(entry.dn, f"left out: {why.message}", harmless=True)
    for kind, form in (("uid", people.uid), ("key", people.key), ("dn", people.dn)):
        text = names[kind]
        try:
            if text:
                form(text)
        except NameFormError as why:
            names[kind] = None
            yield Refused(entry.dn, f"left out: {why.message}", harmless=True)
