import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.demo import Chance
from limner.demo.town import MOST, townsfolk


def test_no_name_leads_to_two_people_in_the_largest_town():
    people = townsfolk(MOST)
    keys = [key for person in people for key in person.index_keys()]
    assert len(people) == MOST
    assert len(keys) == len(set(keys))


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert townsfolk(300, seed=4) == townsfolk(300, seed=4)
    assert townsfolk(300, seed=4) != townsfolk(300, seed=5)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_smaller_town_is_the_beginning_of_a_larger_one(one, other):
    """So `limner demo` with more people keeps those that were there."""
    small, large = sorted((one, other))
    assert townsfolk(large)[:small] == townsfolk(small)


def test_first_addresses_are_plain_and_of_a_domain_made_for_examples():
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d*@acme\.example", person.mails[0]) for person in townsfolk(3000))
    assert all(mail.endswith("acme.example") for person in townsfolk(3000) for mail in person.mails)


def test_a_town_has_names_of_every_kind():
    people = townsfolk(400)
    assert len({person.name for person in people}) > 300
    assert {len(person.mails) for person in people} == {1, 2}
    assert any(not mail.isascii() for person in people for mail in person.mails)
    for field in ("uid", "dn"):
        share = sum(getattr(person, field) is not None for person in people) / len(people)
        assert 0.2 < share < 0.95, field
    scripts = "".join(person.name or "" for person in people)
    for letters in ("[a-z]", "[α-ω]", "[а-я]", "[א-ת]", "[ا-ي]", "[一-龥]", "[가-힣]", "[ぁ-ん]", "[ạ-ỹ]"):
        assert re.search(letters, scripts), letters


@pytest.mark.parametrize("count", [-1, MOST + 1])
def test_a_town_that_is_too_large_or_too_small_is_refused(count):
    with pytest.raises(ValueError, match="a town has 0 to 100000 people"):
        townsfolk(count)


@given(st.text(), st.text())
def test_chance_gives_one_question_one_answer_whatever_else_is_asked(seed, other):
    chance = Chance(seed.encode("utf-8", "surrogatepass"))
    first = chance.number("hair")
    chance.number(other)
    assert chance.number("hair") == first
    assert 2 <= chance.between("width", 2, 3) < 3
    assert chance.pick("tie", "abc") in "abc"


def test_chance_is_the_same_everywhere():
    """Pinned: a sample picture in the documentation must not change by itself."""
    assert Chance("jane").number("hair") == Chance(b"jane").number("hair") == 3097758382916673181


def test_things_happen_about_as_often_as_they_should():
    happened = sum(Chance(f"seed {n}").happens("rain", 0.25) for n in range(4000))
    assert 900 < happened < 1100
