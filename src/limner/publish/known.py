"""Entries of a directory, and whom the library knows by their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from limner import people
from limner.directory import Entry
from limner.errors import NameFormError
from limner.library import AUDIENCES, Library, Record
from limner.people import Person
from limner.publish.report import LeftOut
from limner.sources.ldap.names import Names


@dataclass(frozen=True, slots=True)
class Known:
    """An entry whose person has a photo in the library that everybody may see.

    `origin` is what an LDAP source calls the entry; `person` has those of the entry's names that lead to `record`.
    """

    entry: Entry
    origin: str
    record: Record
    person: Person


@dataclass(frozen=True, slots=True)
class Unseen:
    """An entry whose person has no photo, or one that not everybody may see: `hidden` says so; None: there is none.

    `person` has all of the entry's names.
    """

    entry: Entry
    person: Person
    hidden: str | None = None


def look_up(entry: Entry, names: Names, library: Library) -> Known | Unseen | LeftOut | None:
    """Find an entry's person in the library; None: the entry has no name that a library could know.

    Whoever is hidden, even from guests only, is unseen: a directory has readers of its own. Names that lead to several
    people are left out, for nobody can say whose photo it would be.
    """
    try:
        person, origin = names.person(entry, []), names.origin_of(entry)
    except NameFormError:
        return None
    found = [(name, record) for name, key in _names(person) if (record := library.find(key)) is not None]
    owners = {(record.source, record.origin): record for _, record in found}
    if len(owners) > 1:
        labels = " and ".join(sorted(record.person.label for record in owners.values()))
        return LeftOut(entry.dn, f"its names belong to several people of the library: {labels}")
    record = next(iter(owners.values()), None)
    if record is None or record.digest is None:
        return Unseen(entry, person)
    if record.shown_to != AUDIENCES[0]:
        return Unseen(entry, person, f"the person is hidden (shown to {record.shown_to})")
    return Known(entry, origin, record, _only([name for name, _ in found]))


def _names(person: Person) -> Iterator[tuple[Person, bytes]]:
    """Yield each name, as a person who has no other, with its index key."""
    for mail in person.mails:
        yield Person(mails=(mail,)), people.by_mail(mail)
    if person.uid:
        yield Person(uid=person.uid), people.by_uid(person.uid)
    if person.key:
        yield Person(key=person.key), people.by_key(person.key)
    if person.dn:
        yield Person(dn=person.dn), people.by_dn(person.dn)


def _only(names: list[Person]) -> Person:
    return Person(
        mails=tuple(mail for name in names for mail in name.mails),
        uid=next((name.uid for name in names if name.uid), None),
        key=next((name.key for name in names if name.key), None),
        dn=next((name.dn for name in names if name.dn), None),
    )
