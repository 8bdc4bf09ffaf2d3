"""Counting: one pass over the people of a library."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from limner.library import Library, Record
from limner.picture import LADDER

NOTHING = "(none)"
"""What people are counted under who do not have the attribute."""

YEAR = 365.25 * 86_400  # seconds
AGES = ((1, "under 1 year"), (2, "1 to 2 years"), (3, "2 to 3 years"), (5, "3 to 5 years"), (10, "5 to 10 years"))
OLDER = "over 10 years"
LISTED = 1000  # people of a duplicate who are named


@dataclass(frozen=True, slots=True)
class Face:
    """A person as reports show them; `pixels` a side and `bytes` are of the largest rendition, 0 without a photo.

    `pixels` is the rung that the rendition stands on: a smaller original has fewer. `dated` is when the photo last
    changed (Unix seconds): as its source says it, else as limner saw it.
    """

    record: Record
    group: str
    pixels: int
    bytes: int
    dated: int

    @property
    def has_photo(self) -> bool:
        """Whether there is a photo to show."""
        return self.pixels > 0


@dataclass(slots=True)
class Group:
    """People who share an attribute's value: how many, and how many of them have a photo."""

    name: str
    people: int = 0
    with_photo: int = 0

    @property
    def share(self) -> float:
        """The share of people with a photo, 0 to 1."""
        return self.with_photo / self.people if self.people else 0.0


@dataclass(slots=True)
class Duplicate:
    """A picture that several people show: its digest, how many they are, and the first of them by their labels."""

    digest: bytes
    people: int = 0
    labels: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Figures:
    """What was counted. Sizes are by rung of the ladder, ages by the words of AGES, groups by share, worst first.

    `missing` and `small` are people by their labels; `small` have a photo whose largest rendition stands on a rung
    below `small_under` pixels.
    """

    by: str
    small_under: int
    people: int = 0
    with_photo: int = 0
    pictures: int = 0
    bytes: int = 0
    sizes: dict[int, int] = field(default_factory=lambda: dict.fromkeys(LADDER, 0))
    ages: dict[str, int] = field(default_factory=lambda: dict.fromkeys([*(word for _, word in AGES), OLDER], 0))
    groups: list[Group] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    small: list[tuple[str, int]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of people with a photo, 0 to 1."""
        return self.with_photo / self.people if self.people else 0.0


def groups_by(by: str) -> Callable[[Record], str]:
    """Give what a person is counted under: "source", "domain" (of the first mail address), or an attribute's value."""

    def group(record: Record) -> str:
        if by == "source":
            return record.source
        if by == "domain":
            return record.person.mails[0].partition("@")[2] if record.person.mails else NOTHING
        value = record.attributes.get(by)
        if value is None:
            value = next((text for name, text in record.attributes.items() if name.lower() == by.lower()), NOTHING)
        return value

    return group


def look(library: Library, by: str, small_under: int, *, each: Callable[[Face], None] = lambda face: None) -> Figures:
    """Count everybody in a library by `by` (see `groups_by`); `each` is told of every person, by name.

    A picture counts as a duplicate from the second person on. Raises LibraryError.
    """
    found = Figures(by, small_under)
    groups: dict[str, Group] = {}
    shared: dict[bytes, Duplicate] = {}
    kept: Counter[bytes] = Counter()
    now = time.time()
    for face in _faces(library, groups_by(by)):
        label = face.record.person.label
        group = groups.setdefault(face.group, Group(face.group))
        group.people += 1
        found.people += 1
        if face.has_photo:
            group.with_photo += 1
            found.with_photo += 1
            found.sizes[face.pixels] += 1
            found.ages[_age(now - face.dated)] += 1
            if face.pixels < small_under:
                found.small.append((label, face.pixels))
            assert face.record.digest is not None
            kept[face.record.digest] = face.bytes
            one = shared.setdefault(face.record.digest, Duplicate(face.record.digest))
            one.people += 1
            if len(one.labels) < LISTED:
                one.labels.append(label)
        else:
            found.missing.append(label)
        each(face)
    found.pictures = len(kept)
    found.bytes = kept.total()
    found.groups = sorted(groups.values(), key=lambda group: (group.share, -group.people, group.name))
    found.duplicates = sorted((one for one in shared.values() if one.people > 1), key=lambda one: -one.people)
    return found


def _faces(library: Library, group: Callable[[Record], str]) -> Iterator[Face]:
    for _, record in library.people():
        sizes = library.sizes(record.digest) if record.digest is not None else {}
        pixels = max(sizes, default=0)
        yield Face(record, group(record), pixels, sizes.get(pixels, 0), record.dated or record.modified)


def _age(seconds: float) -> str:
    return next((word for years, word in AGES if seconds < years * YEAR), OLDER)
