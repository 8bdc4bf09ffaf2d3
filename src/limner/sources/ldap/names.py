"""An entry of a directory -> the names that its person goes by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from limner import people
from limner.directory import Entry, shown
from limner.errors import NameFormError
from limner.people import Person
from limner.settings import DirectoryPeople
from limner.sources.found import Refused
from limner.sources.ldap.presets import IDENTIFIERS, PRESETS


class Names:
    """What settings say about the names in entries. `attributes` are all that it looks at."""

    def __init__(self, settings: DirectoryPeople) -> None:
        preset = PRESETS[settings.directory]
        self.microsoft = settings.directory == "ad"
        self.identifier = IDENTIFIERS[settings.directory]
        self.mail = settings.mail or preset.mail
        self.uid = settings.uid or preset.uid
        self.key = settings.key
        self.attributes = unique((self.identifier, *self.mail, *self.uid, *self.key))

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

    def origin_of(self, entry: Entry) -> str:
        """Give what the library calls an entry: its identity or, without one, its name. Raises NameFormError."""
        identity = self.identity(entry)
        return self.origin(identity) if identity else people.dn(entry.dn)

    def person(self, entry: Entry, left_out: list[Refused], name: str | None = None) -> Person:
        """Give the person of an entry; names that are none go to `left_out`, and the others count.

        `name` is what people call them. Raises NameFormError where no name is left.
        """
        mails = list(self._mails(entry))
        names = {"uid": first(entry, self.uid), "key": first(entry, self.key), "dn": entry.dn}
        try:
            return Person.of(mails=mails, name=name, **names)
        except NameFormError:
            left_out.extend(_bad(entry, mails, names))
            return Person.of(mails=mails, name=name, **names)

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


def unique(names: Sequence[str]) -> list[str]:
    """Give the names of attributes that are there, each once."""
    return [*dict.fromkeys(name for name in names if name)]


def text(entry: Entry, attribute: str) -> str | None:
    """Give an attribute's first value that is text, trimmed; None if there is none."""
    found = entry.text(attribute)
    return found.strip() or None if found else None


def first(entry: Entry, attributes: Sequence[str]) -> str | None:
    """Give the text of the first attribute that has one."""
    return next((found for attribute in attributes if (found := text(entry, attribute))), None)


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
