"""Expressions of finitely many texts, as a tree: the same as the automaton and Python's re say, in less time."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.pattern.parse import parse
from limner.pattern.read import _Octets, read
from limner.pattern.run import HOPELESS, Runner
from limner.pattern.tree import NotPlainError, Tree
from limner.pattern.write import write

from .sets import SETS4

TEXTS = ["".join(chars) for count in range(5) for chars in itertools.product("012.", repeat=count)]

signs = st.sampled_from(["0", "1", "12", r"\.", r"\d", "[01]", "[0-9]", "[1-2.]", "[.]", "(?:1)", "()", "(1|)"])
quantifiers = st.sampled_from(["?", "{0}", "{2}", "{1,3}", "{0,2}"])
inner = st.recursive(
    signs,
    lambda part: (
        st.lists(part, min_size=1, max_size=3).map("".join)
        | st.lists(part, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
        | st.builds(lambda group, times: f"({group}){times}", part, quantifiers)
    ),
    max_leaves=8,
)


@given(inner)
@settings(max_examples=150)
def test_it_takes_the_texts_that_pythons_re_takes(regex):
    tree, theirs = Tree(f"^{regex}$"), re.compile(regex)
    for text in TEXTS:
        assert tree.matches(tree.step(tree.start, text)) == (theirs.fullmatch(text) is not None), text


@given(SETS4)
@settings(max_examples=40)
def test_the_addresses_are_those_that_the_automaton_finds(networks):
    """Two ways that share nothing but the walk over octets."""
    regex = write(networks)
    runner = Runner(parse(regex))
    assert read(regex).v4 is _Octets(runner).shape(4, runner.start)
    assert Tree(regex).start > HOPELESS


@pytest.mark.parametrize(
    "regex",
    [
        *(r"10\.", "10$", "^10", "^1|0$", "^1.0$", "^a$", "^1*$", "^1+$", "^(?i)1$", "^(?=1)$", "^[^1]$", "^1:$", ""),
        *("^1??$", "^1{2}?$", "^1{2}{3}$", "^?$", "^(?)$", "^{2}$", "^1{3,2}$", "^1{2,}$", "^[2-1]$", "^(1$", "^1)$"),
        *("^(|?)$", "^(1|{2})$", r"^1\$", "^((1{9}){9}){9}$", f"^{'(' * 60}1{')' * 60}$", f"^{'1' * 200}$"),
    ],
)
def test_of_any_other_kind_there_is_no_tree(regex):
    with pytest.raises(NotPlainError):
        Tree(regex)


@pytest.mark.parametrize("regex", ["(0|1){0,50}1(0|1){40}", "((((1?){9}){9}){9}){9}", "(((){99}){99}){99}1{99}11"])
def test_what_would_take_long_is_given_up(regex):
    with pytest.raises(NotPlainError):
        Tree(f"^{regex}$")
