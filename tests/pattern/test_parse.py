"""What is read of regular expressions, and what is named and refused."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.pattern.parse import RegexError, parse
from limner.pattern.run import Runner

TEXTS = ["", "1", "10", "a", "A", ":", ".", "::", "10.1", "1.0.1", "11", "aa", "f:1", "abcabc", "1111111", "0a0"]

atoms = st.sampled_from(
    [
        *("1", "0", "a", "F", ".", r"\.", r"\d", r"\w", r"\D", r"\s", "[01]", "[^0]", "[a-f:]", "^", "$", r"\b", r"\B"),
        *(r"\A", r"\x31", "[]0]", "[0-9-]", r"[\d:]", "(?:10)", "(?i:a)", "(?P<n>1)", r"[^\W]", "{", "x"),
    ]
)
quantifiers = st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,3}", "{2,}", "{0}"])
regexes = st.recursive(
    atoms,
    lambda inner: (
        st.builds(lambda a, b: a + b, inner, inner)
        | st.builds(lambda a, b: f"({a}|{b})", inner, inner)
        | st.builds(
            lambda a, q: f"(?:{a}){q}", inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,3}", "{2,}", "{0}"])
        )
    ),
    max_leaves=6,
)


@given(regexes, st.booleans())
@settings(max_examples=400)
def test_what_is_read_matches_what_pythons_re_matches(regex, ignore_case):
    named = itertools.count()  # to Python, two groups of one name are a mistake
    theirs = re.compile(re.sub("P<n>", lambda _: f"P<n{next(named)}>", regex), re.IGNORECASE if ignore_case else 0)
    runner = Runner(parse(regex, ignore_case=ignore_case))
    for text in TEXTS:
        if text != text.lower() or (not text and r"\B" in regex):  # in an empty text, \B matches in PCRE only
            continue
        assert runner.matches(runner.step(runner.start, text)) == bool(theirs.search(text)), text


@pytest.mark.parametrize(
    ("regex", "told"),
    [
        (r"(10)\1", "at character 5: a back reference is not read"),
        ("(?=1)", "at character 1: look-ahead is not read"),
        ("10(?!1)", "at character 3: look-ahead is not read"),
        ("(?<=1)0", "at character 1: look-behind is not read"),
        ("(?>1)", "at character 1: an atomic group is not read"),
        ("1++", "at character 3: a possessive quantifier takes back nothing: it is not read"),
        ("(10", "at character 1: this ( is not closed"),
        ("10)", "at character 3: this ) closes nothing"),
        ("[10", "at character 1: this [ is not closed"),
        ("*1", "at character 1: * stands behind nothing that could be repeated"),
        ("[9-0]", "at character 1: the range 9-0 is the wrong way round"),
        ("\\", "at character 2: the regular expression ends too early"),
        (r"\x-1", r"at character 1: \x wants two hexadecimal digits"),
        (r"\p{L}", "at character 1: \\p is not read"),
        ("1{5000}", "at character 2: {5000} is not a number of repetitions that is read"),
        ("[[:nonsense:]]", "at character 1: this class of characters is not known"),
        ("(?x) 1", "at character 1: the option 'x' is not read"),
        ("(" * 200 + ")" * 200, "at character 101: groups are nested too deeply"),
        ("1" * 30_000, "the regular expression is longer than 20,000 characters"),
        ("(((1{1000}){1000}){1000})", "the regular expression is too large once its repetitions are written out"),
    ],
)
def test_what_is_not_read_is_named_with_its_place(regex, told):
    with pytest.raises(RegexError) as error:
        parse(regex)
    assert error.value.message == told


@given(st.text(r"01a.:()[]{}|*+?^$\-,dwbxAZ<>P=!i ", max_size=25))
@settings(max_examples=500)
def test_any_text_is_read_or_refused(text):
    try:
        runner = Runner(parse(text))
        runner.matches(runner.step(runner.start, "10.1.2.3"))
    except RegexError:
        return


@given(st.text(r"01a.:()[]{}|*+?^$-,", max_size=15))
@settings(max_examples=500)
def test_what_is_read_of_any_text_is_what_pythons_re_reads(text):
    try:
        runner = Runner(parse(text))
    except RegexError:
        return
    try:
        theirs = re.compile(text)
    except (re.error, FutureWarning):
        return
    for sent in TEXTS:
        if sent == sent.lower():
            assert runner.matches(runner.step(runner.start, sent)) == bool(theirs.search(sent)), sent
