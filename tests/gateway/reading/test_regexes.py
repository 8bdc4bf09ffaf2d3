"""Regular expressions on cookies are read for exactly those headers that browsers send, or not at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.gateway.reading import regexes
from limner.gateway.reading.expression import FALSE, From, Unknown, no
from limner.gateway.reading.reading import Reading
from limner.policy.networks import Networks

pieces = st.sampled_from(
    [
        *"k1=",
        "LtpaToken",
        "2?",
        "(^|; )",
        "(?:^|;)[ \\t]*",
        "(;|$)",
        ".*",
        "$",
        "^",
        "[^;]*",
        "(a|b)",
        "\\.",
        "[xk]",
        " ",
        ";",
    ]
)
REGEXES = st.lists(pieces, min_size=1, max_size=6).map("".join)
cookies = st.builds(
    "{}={}".format,
    st.sampled_from(["k", "xk", "LtpaToken", "LtpaToken2", "a"]),
    st.sampled_from(["", "1", "k=1", "12"]),
)
headers = st.lists(cookies, max_size=3)


@given(REGEXES, headers, st.booleans())
def test_a_regex_that_is_read_matches_just_the_headers_that_pass_its_tests(regex, pairs, ignore_case):
    """Python's own engine is the oracle: these constructs mean the same to it as to PCRE."""
    try:
        tests = regexes.cookie_tests(regex, ignore_case=ignore_case)
    except ValueError:
        return
    header = "; ".join(pairs)
    matches = re.search(regex, header, re.IGNORECASE if ignore_case else 0) is not None
    assert matches == any(test.holds(pair) for test in tests for pair in pairs)


@pytest.mark.parametrize(
    ("regex", "tests"),
    [
        ("LtpaToken2=.*$", ["a cookie that contains 'LtpaToken2='"]),
        ("(^|; ?)k=1(;|$)", ["a cookie that is 'k=1'"]),
        (r"(?:^|;)[ \t]*k[ \t]*=", ["a cookie that begins with 'k='"]),
        ("LtpaToken2?=", ["a cookie that contains 'LtpaToken2='", "a cookie that contains 'LtpaToken='"]),
        ("(?i)k=", ["a cookie that contains 'k=' in any case"]),
    ],
)
def test_the_usual_ones(regex, tests):
    assert sorted(map(str, regexes.cookie_tests(regex, ignore_case=False))) == sorted(tests)


@pytest.mark.parametrize(
    "regex", ["^k=", "k=$", "(^|;)k=", "k=.+", "k=[0-9]+", "(?=k)", "k=1;", ".*", "", "(" * 50, "(a|b)" * 20]
)
def test_what_depends_on_more_is_not_read(regex):
    with pytest.raises(ValueError, match=r"\w"):
        regexes.cookie_tests(regex, ignore_case=False)
    reading = Reading("apache", "f")
    assert isinstance(regexes.cookies(reading, 3, regex, ignore_case=False), Unknown)
    assert reading.remarks[0].line == 3


def test_headers_that_browsers_never_send_are_known():
    assert regexes.cookies(Reading("a", "f"), 1, r"^(?:[^;]*;){300}|^(?:.{1024}){64}.", ignore_case=False) == FALSE


def addresses(regex, comment=""):
    reading = Reading("apache", "f")
    return regexes.addresses(reading, 7, regex, comment, ignore_case=False), [
        remark.message for remark in reading.remarks
    ]


def test_addresses_and_what_is_doubtful():
    said, remarks = addresses(r"^10\.1\.[0-127]\.", "India 10.1.0.0/16, see ticket 12:30")
    assert said == From(Networks(["10.1.0.0/23", "10.1.2.0/24", "10.1.7.0/24"]))
    assert "[0-127] is one character" in remarks[0]
    assert remarks[1].startswith(
        "the comment says 10.1.0.0/16, but the regular expression does not admit 64,512 of these"
    )
    said, remarks = addresses(r"10\.1\.", "10.1.0.0/16")
    assert any("not anchored at its beginning" in remark for remark in remarks)
    assert any("also admits" in remark and "110.1." not in remark for remark in remarks)
    assert addresses("^xxx")[1] == ["^xxx admits no address"]


def test_one_look_ahead_is_a_negation():
    inside = From(Networks(["10.1.0.0/16"]))
    assert addresses(r"^(?!10\.1\.\d+\.\d+$)")[0] == no(inside)
    assert isinstance(addresses(r"^(?!a)(?!b$)")[0], Unknown)


def test_what_is_in_too_many_pieces_is_not_listed():
    assert isinstance(addresses(r"\.5$")[0], Unknown)
