"""Expressions keep what they say however they are put together, and their meaning says the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gateway.reading.real import holds, lets_in

from limner.gateway.meaning import Atom
from limner.gateway.reading.expression import (
    FALSE,
    MOST_ATOMS,
    TRUE,
    Brings,
    From,
    NotReadError,
    Unknown,
    both,
    closed,
    either,
    meaning_of,
    no,
)
from limner.policy.networks import Networks

ADDRESSES = ["10.1.2.3", "10.2.0.0", "192.0.2.1", "2001:db8::1", "::1"]
PAIRS = [[], ["k=1"], ["k=2"], ["xk=1"], ["K=1"], ["j=1", "k=1"]]
networks = st.sampled_from(["10.1.0.0/16", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"]).map(
    lambda net: From(Networks([net]))
)
atoms = st.sampled_from([("cookie", "k"), ("cookie", "k=1"), ("cookie text", "contains:any case:k="), ("cookie", "j")])
leaves = networks | atoms.map(lambda atom: Brings(Atom(*atom))) | st.sampled_from([TRUE, FALSE])
trees = st.recursive(
    leaves.map(lambda leaf: (leaf,)),
    lambda inner: st.tuples(st.sampled_from(["both", "either", "no"]), inner, inner),
    max_leaves=8,
)


def built(tree):
    match tree:
        case (leaf,):
            return leaf
        case ("both", one, other):
            return both(built(one), built(other))
        case ("either", one, other):
            return either(built(one), built(other))
        case (_, one, _):
            return no(built(one))


def says(tree, address, pairs):
    match tree:
        case (leaf,):
            return holds(leaf, address, pairs)
        case ("both", one, other):
            return says(one, address, pairs) and says(other, address, pairs)
        case ("either", one, other):
            return says(one, address, pairs) or says(other, address, pairs)
        case (_, one, _):
            return not says(one, address, pairs)


@settings(max_examples=200)
@given(trees, st.sampled_from(ADDRESSES), st.sampled_from(PAIRS))
def test_an_expression_and_its_meaning_say_what_it_was_made_of(tree, address, pairs):
    expression = built(tree)
    wanted = says(tree, address, pairs)
    assert holds(expression, address, pairs) == wanted
    try:
        meaning = meaning_of(expression)
    except NotReadError as why:
        assert "is kept out" in why.message  # noqa: PT017
        return
    assert lets_in(meaning, address, pairs) == wanted


@given(trees, st.sampled_from(ADDRESSES), st.sampled_from(PAIRS), st.booleans())
def test_closing_lets_in_nobody_more_whatever_the_unknown_is(tree, address, pairs, unknown):
    seen = both(built(tree), no(Unknown("x"))) if unknown else either(built(tree), Unknown("x"))
    for really in (TRUE, FALSE):
        instead = both(built(tree), no(really)) if unknown else either(built(tree), really)
        assert holds(instead, address, pairs) or not holds(closed(seen), address, pairs)


def test_an_unknown_has_no_meaning():
    with pytest.raises(NotReadError, match="line 3: odd is not understood"):
        meaning_of(either(Unknown("line 3: odd"), From(Networks(["10.0.0.0/8"]))))


def test_who_brings_more_and_gets_less_is_shown():
    with pytest.raises(NotReadError, match="who also sends the cookie 'bad' is kept out"):
        meaning_of(no(Brings(Atom("cookie", "bad"))))


def test_bounds():
    many = [Brings(Atom("cookie", f"k{number}")) for number in range(MOST_ATOMS + 1)]
    with pytest.raises(NotReadError, match="different tests of cookies"):
        meaning_of(either(*many))
    with pytest.raises(NotReadError, match="nested too deeply"):
        nested(300)


def nested(levels):
    deep = Unknown("x")
    for number in range(levels):
        deep = (both if number % 2 else either)(deep, Unknown(f"{number}"))
    return deep
