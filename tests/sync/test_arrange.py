"""Who is who: after any changes in any order, the library shows what the sources say, and nothing of how they came."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.library.samples import a_portrait

from limner import people
from limner.library import HAND, EmbeddedLibrary, Record
from limner.people import Person
from limner.sync.arrange import arrange, rearrange
from limner.sync.compose import Rules, names

RULES = Rules(("a", "b", "c"))
MAILS = ("m1@x.example", "m2@x.example", "m3@x.example")
UIDS = ("u1", "u2", "u3")
PHOTOS = {name: a_portrait(name) for name in ("p", "q")}

persons = st.builds(
    lambda mails, uid: Person(mails=tuple(sorted(mails)), uid=uid),
    st.sets(st.sampled_from(MAILS), max_size=2),
    st.none() | st.sampled_from(UIDS),
).filter(lambda person: bool(person.mails or person.uid))
owners = st.tuples(st.sampled_from(["a", "b", "c", HAND]), st.sampled_from(["o1", "o2", "o3"]))
changes = st.lists(
    st.tuples(owners, st.none() | st.tuples(persons, st.sampled_from([None, "p", "q"]), st.booleans())), max_size=14
)


def a_part(owner: tuple[str, str], person: Person, photo: str | None = None, *, hidden: bool = False) -> Record:
    digest = PHOTOS[photo].digest if photo else None
    return Record(person, *owner, version="1", modified=100, digest=digest, hidden=int(hidden))


def expected(told: dict[tuple[str, str], Record], rules: Rules) -> dict[bytes, tuple[str, str]]:
    """Say who is found by each name, by the words of docs/sync.md: parts by rank, each name to the first who has it,
    each part to the first person who has one of its names.
    """
    found: dict[bytes, tuple[str, str]] = {}
    for part in sorted((part for part in told.values() if not part.hidden), key=rules.rank):
        ranks = list(dict.fromkeys(found.values()))
        hits = [found[key] for key in names(part.person) if key in found]
        person = min(hits, key=ranks.index, default=(part.source, part.origin))
        for key in names(part.person):
            found.setdefault(key, person)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("arrange")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[EmbeddedLibrary]:
    library = EmbeddedLibrary(str(tmp_path), create=True)
    yield library
    library.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(changes=changes, chance=st.randoms())
@example(
    changes=[
        (("b", "o1"), (Person(mails=MAILS[:2]), "p", False)),
        (("a", "o1"), (Person(mails=MAILS[:1]), None, False)),
        (("a", "o2"), (Person(mails=MAILS[1:2]), "q", False)),
        (("a", "o2"), None),
    ],
    chance=None,
)
def test_what_is_shown_is_what_is_told_in_whatever_order_it_came(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[str, str], object]], chance: object
) -> None:
    library = EmbeddedLibrary(str(tmp_path_factory.mktemp("any")), create=True)
    told: dict[tuple[str, str], Record] = {}
    try:
        with library.batch() as batch:
            for owner, change in changes:
                if change is None:
                    arrange(batch, RULES, gone=[owner])
                    told.pop(owner, None)
                    continue
                person, photo, hidden = change  # type: ignore[misc]  # three
                part = a_part(owner, person, photo, hidden=hidden)
                others = [other for at, other in told.items() if at[0] == owner[0] and at != owner]
                if any(set(names(other.person)) & set(names(person)) for other in others):
                    continue  # a sync refuses the second one of a source
                arrange(batch, RULES, put=part, portrait=PHOTOS[photo] if photo else None)
                told[owner] = part
        assert list(library.check()) == []
        wanted = expected(told, RULES)
        for key in [people.by_mail(mail) for mail in MAILS] + [people.by_uid(uid) for uid in UIDS]:
            record = library.find(key)
            assert (record and (record.source, record.origin)) == wanted.get(key)
            assert record is None or not any(part.hidden for part in record.parts)
        kept = {(p.source, p.origin): p for _, record in library.people() for p in record.parts}
        visible = {owner: part for owner, part in told.items() if not part.hidden}
        assert kept.keys() == visible.keys()
        assert all((kept[owner].digest, kept[owner].person) == (p.digest, p.person) for owner, p in visible.items())
        for owner, part in told.items():
            stored = library.record(*owner)
            assert stored is not None
            assert stored.part(*owner) is not None
            assert library.version(*owner) == (None if part.hidden else "1")
        assert library.count().people == len(set(wanted.values()))
        for source in ("a", "b", "c"):
            assert set(library.origins(source)) == {origin for at, origin in visible if at == source}
    finally:
        library.close()


def test_everybody_is_found_by_every_name_that_any_source_has_for_them(library: EmbeddedLibrary) -> None:
    """Also by a second user name, though a person shows only one."""
    with library.batch() as batch:
        arrange(
            batch,
            RULES,
            put=a_part(("a", "1"), Person.of(mails=["jane@x.example"], uid="jane"), "p"),
            portrait=PHOTOS["p"],
        )
        arrange(batch, RULES, put=a_part(("b", "2"), Person.of(mails=["jane@x.example"], uid="jroe", name="Jane Roe")))
    for key in (people.by_mail("jane@x.example"), people.by_uid("jane"), people.by_uid("jroe")):
        record = library.find(key)
        assert record is not None
        assert (record.person.uid, record.person.name, len(record.parts)) == ("jane", "Jane Roe", 2)
        assert library.rendition(key, 48) is not None


def test_a_photo_that_a_better_source_lacks_comes_from_the_next(library: EmbeddedLibrary) -> None:
    jane = Person.of(uid="jane")
    with library.batch() as batch:
        arrange(batch, RULES, put=a_part(("b", "2"), jane, "p"), portrait=PHOTOS["p"])
        arrange(batch, RULES, put=a_part(("a", "1"), jane))
    assert library.rendition(people.by_uid("jane"), 48) is not None
    assert (library.count().people, library.count().with_photo, library.count().pictures) == (1, 1, 1)
    with library.batch() as batch:
        arrange(batch, RULES, gone=[("b", "2")])
    assert library.rendition(people.by_uid("jane"), 48) is None
    assert library.count().pictures == 0


def test_the_time_of_a_photo_goes_on_when_another_shows_and_only_then(library: EmbeddedLibrary) -> None:
    """Who asks whether there is a newer photo than that of Monday must get the other one, though it is of Sunday."""
    jane = Person.of(uid="jane")
    monday, sunday = a_part(("a", "1"), jane, "p"), replace(a_part(("b", "2"), jane, "q"), modified=50)
    with library.batch() as batch:
        arrange(batch, RULES, put=sunday, portrait=PHOTOS["q"])
        arrange(batch, RULES, put=monday, portrait=PHOTOS["p"])
    first = library.find(people.by_uid("jane"))
    assert first is not None
    with library.batch() as batch:
        arrange(batch, RULES, put=replace(monday, version="2"))
    assert (again := library.find(people.by_uid("jane"))) is not None
    assert again.modified == first.modified
    with library.batch() as batch:
        arrange(batch, RULES, gone=[("a", "1")])
    assert (other := library.find(people.by_uid("jane"))) is not None
    assert other.digest == PHOTOS["q"].digest
    assert first.modified <= other.modified
    assert other.modified >= int(time.time()) - 60


def test_other_rules_are_followed_from_the_next_sync_on(library: EmbeddedLibrary) -> None:
    with library.batch() as batch:
        for uid in ("jane", "joe"):
            arrange(
                batch, RULES, put=replace(a_part(("a", uid), Person.of(uid=uid), "p"), dated=1), portrait=PHOTOS["p"]
            )
            arrange(
                batch, RULES, put=replace(a_part(("b", uid), Person.of(uid=uid), "q"), dated=2), portrait=PHOTOS["q"]
            )
    for rules, photo in (
        (RULES, "p"),
        (replace(RULES, newest_photo=True), "q"),
        (Rules(("b", "a")), "q"),
        (RULES, "p"),
    ):
        rearrange(library, rules)
        for uid in ("jane", "joe"):
            record = library.find(people.by_uid(uid))
            assert record is not None
            assert record.digest == PHOTOS[photo].digest
            assert record.source == rules.order[0]
        assert list(library.check()) == []
