"""One person out of what several sources say: the laws of who counts for what."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from limner.library import HAND, Record
from limner.people import Person
from limner.sync.compose import Rules, compose, names, singles

SOURCES = ["ad", "connections", "folder"]
mails = st.lists(st.sampled_from(["a@x.example", "b@x.example", "c@x.example"]), unique=True).map(tuple)
texts = st.none() | st.sampled_from(["one", "two"])
people = st.builds(Person, mails, texts, st.none() | st.just("cn=jane"), texts, texts, texts).filter(
    lambda person: bool(person.mails or person.uid or person.dn or person.key or person.userid)
)
parts = st.lists(
    st.builds(
        Record,
        people,
        st.sampled_from([HAND, *SOURCES, "a source of old"]),
        st.sampled_from(["o1", "o2"]),
        digest=st.none() | st.sampled_from([b"1" * 32, b"2" * 32]),
        modified=st.integers(1, 5),
        dated=st.integers(0, 5),
        attributes=st.dictionaries(st.sampled_from(["department", "office"]), st.sampled_from(["x", "y"])),
    ),
    min_size=1, max_size=5, unique_by=lambda part: (part.source, part.origin),
)  # fmt: skip
rules = st.builds(Rules, st.permutations(SOURCES).map(tuple), st.booleans())


@given(parts, rules, st.randoms())
def test_the_order_in_which_parts_come_is_no_matter(parts: list[Record], rules: Rules, chance: object) -> None:
    whole = compose(parts, rules)
    chance.shuffle(parts)  # type: ignore[attr-defined]  # a random.Random
    assert compose(parts, rules) == whole


@given(parts, rules)
def test_every_name_of_the_first_stays_and_nothing_is_invented(parts: list[Record], rules: Rules) -> None:
    whole = compose(parts, rules)
    top = min(parts, key=rules.rank)
    assert (whole.source, whole.origin, whole.version) == (top.source, top.origin, top.version)
    assert set(names(top.person)) <= set(names(whole.person))
    assert set(whole.person.mails) == {mail for part in parts for mail in part.person.mails}
    for kind in ("uid", "dn", "key", "name"):
        told = [getattr(part.person, kind) for part in sorted(parts, key=rules.rank)]
        assert getattr(whole.person, kind) == next(filter(None, told), None)
    told_attributes = {name for part in parts for name in part.attributes}
    assert set(whole.attributes) == told_attributes
    assert whole.attributes.items() >= top.attributes.items()


@given(parts, rules)
def test_whoever_has_a_photo_anywhere_shows_one_and_by_hand_counts_first(parts: list[Record], rules: Rules) -> None:
    whole = compose(parts, rules)
    with_photo = sorted((part for part in parts if part.digest), key=rules.rank)
    if not with_photo:
        assert whole.digest is None
    elif not rules.newest_photo or with_photo[0].source == HAND:
        assert whole.digest == with_photo[0].digest
    else:
        newest = max(part.dated or part.modified for part in with_photo)
        first = next(part for part in with_photo if (part.dated or part.modified) == newest)
        assert whole.digest == first.digest


@given(parts, rules)
def test_parts_can_be_read_back_and_give_the_same_again(parts: list[Record], rules: Rules) -> None:
    whole = compose(parts, rules)
    assert {(part.source, part.origin): part for part in whole.parts} == {(p.source, p.origin): p for p in parts}
    assert compose(whole.parts, rules) == whole


@given(parts, rules)
def test_a_name_that_is_not_granted_is_left_to_others(parts: list[Record], rules: Rules) -> None:
    top = min(parts, key=rules.rank)
    own = set(names(top.person))
    whole = compose(parts, rules, lambda name: set(names(name)) <= own)
    assert set(names(whole.person)) == own


@given(people)
def test_the_single_names_of_a_person_make_up_the_person(person: Person) -> None:
    keys = [name.index_keys() for name in singles(person)]
    assert set().union(*keys) == person.index_keys()
    assert [len(names(name)) for name in singles(person)] == [1] * len(keys)


def test_the_photo_from_connections_if_newer_else_from_the_directory() -> None:
    jane = Person.of(uid="jane")
    ad = Record(jane, "ad", "cn=jane", digest=b"a" * 32, dated=100)
    connections = Record(jane, "connections", "jane", digest=b"c" * 32, dated=200)
    newest = Rules(("ad", "connections"), newest_photo=True)
    assert compose([ad, connections], newest).digest == b"c" * 32
    assert compose([replace(ad, dated=300), connections], newest).digest == b"a" * 32
    assert compose([replace(ad, dated=300), connections], Rules(("ad", "connections"))).digest == b"a" * 32
    assert compose([ad, connections], Rules(("ad", "connections"))).digest == b"a" * 32
