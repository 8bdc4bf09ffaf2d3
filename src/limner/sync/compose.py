"""One person out of what several sources say of them: who counts for what.

The rules, in full: a photo by hand counts before every other. Then the sources count in the order of the settings, and
those that left the settings last. Of every single name and attribute, the first one that has it says it; mail addresses
are put together. The photo is that of the first one that has a photo, or with `newest_photo`, the newest there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from limner.library import HAND, Record
from limner.people import Person

SINGLE = ("uid", "dn", "key", "userid")
"""The names of which a person has one of each kind."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Who counts for what: the sources in their order, and whether the newest photo counts or that of the first."""

    order: tuple[str, ...] = ()
    newest_photo: bool = False

    def place(self, source: str) -> int:
        """Give a source's place: the least one counts most."""
        if source == HAND:
            return -1
        return self.order.index(source) if source in self.order else len(self.order)

    def rank(self, part: Record) -> tuple[int, str, str]:
        """Give what parts are sorted by: the first one counts most."""
        return self.place(part.source), part.source, part.origin


def compose(parts: Sequence[Record], rules: Rules, granted: Callable[[Person], bool] = bool) -> Record:
    """Make the record of a person out of its parts, at least one; what is hidden is a person by itself.

    `granted` tells whether a name (a Person that has no other) is this person's: two people of a better source may
    share a name that a lesser one has for both. `modified` and `dated` are those of the part whose photo is shown.
    """
    ordered = sorted(parts, key=rules.rank)
    if len(ordered) == 1:
        return replace(ordered[0], told=())
    top, shown = ordered[0], _photo(ordered, rules)
    return replace(
        top,
        person=_person([part.person for part in ordered], granted),
        attributes={name: value for part in reversed(ordered) for name, value in part.attributes.items()},
        digest=shown.digest,
        modified=shown.modified,
        dated=shown.dated,
        told=tuple(ordered),
    )


def _photo(ordered: Sequence[Record], rules: Rules) -> Record:
    """Give the part whose photo is shown; the first one where nobody has a photo."""
    with_photo = [part for part in ordered if part.digest]
    if not with_photo:
        return ordered[0]
    if not rules.newest_photo or with_photo[0].source == HAND:
        return with_photo[0]
    return max(with_photo, key=lambda part: part.dated or part.modified)  # of equals, the first


def _person(people: Sequence[Person], granted: Callable[[Person], bool]) -> Person:
    """Put names together: of each kind the first that there is, and every mail address."""
    found: dict[str, str] = {}
    mails: dict[str, None] = {}
    for person in people:
        for single in singles(person):
            if granted(single):
                mails |= dict.fromkeys(single.mails)
                found = {kind: text for kind in SINGLE if (text := getattr(single, kind))} | found
    name = next((person.name for person in people if person.name), None)
    return Person(mails=tuple(mails), name=name, **found)


def singles(person: Person) -> Iterator[Person]:
    """Give every name that leads to somebody, each as a person who has no other."""
    yield from (Person(mails=(mail,)) for mail in person.mails)
    yield from (Person(**{kind: text}) for kind in SINGLE if (text := getattr(person, kind)))


@lru_cache(maxsize=4096)  # every step of a sync asks for them
def names(person: Person) -> tuple[bytes, ...]:
    """Give the index keys that tell people apart; a mail address's hashes add nothing to the address."""
    return tuple(sorted(person.name_keys()))
