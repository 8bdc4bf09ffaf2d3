"""A regular expression to the addresses it admits: exactly those that a search in their texts finds."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from limner.pattern.read import admitted, read
from limner.policy.networks import EVERYWHERE, Networks

from .sets import ADDRESSES, SETS

PARTS = st.sampled_from(
    [
        "10",
        "1",
        r"\.",
        ".",
        ":",
        "::",
        r"\d+",
        "[0-127]",
        "(1|2)",
        "^",
        "$",
        "db8",
        "0",
        "f",
        r"(\.\d+)",
        "?",
        r"\b",
        "(:0)+",
    ]
)


@given(st.lists(PARTS, max_size=6).map("".join), st.lists(ADDRESSES, min_size=1, max_size=30))
@example(r"\.5$", ["10.0.0.5", "::1.2.3.5", "10.0.0.55", "::5"])
@example(r"^::", ["::1", "::1.2.3.4", "1::", "::1:0:0:0"])
@example(r"(:0)+$", ["1:0:0:2:0:0:0:3", "1:2:3:4:5:6:7:0", "1::2:0:3:0", "1:0:0:2::"])
@settings(max_examples=100)
def test_an_address_is_admitted_exactly_when_its_text_matches(regex, addresses):
    try:
        theirs = re.compile(regex)
    except re.error:
        return
    found = read(regex)
    networks = found.networks() if found.size < 1 << 12 else None
    for text in addresses:
        one = admitted(Networks([text]))
        inside = not one - found
        assert inside == bool(theirs.search(text)), text
        assert networks is None or (text in networks) == inside


def test_no_expression_is_every_address():
    assert read("").networks() == EVERYWHERE
    assert read("").size == 1 << 128
    assert not read("x")
    assert read("x").networks() == Networks()


@pytest.mark.parametrize(
    ("regex", "cidrs"),
    [
        (r"^10\.", ["10.0.0.0/8"]),
        (r"^192\.168\.(1|2)\.", ["192.168.1.0/24", "192.168.2.0/24"]),
        (r"^10\.1\.[0-127]\.", ["10.1.0.0/23", "10.1.2.0/24", "10.1.7.0/24"]),
        (r"^(172\.(1[6-9]|2[0-9]|3[01])\.)", ["172.16.0.0/12"]),
        (r"^10\.1\.1\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$", ["10.1.1.0/24"]),
        (r"^fe80:", ["fe80::/16"]),
        (r"^2001:db8:0:", ["2001:db8::/48"]),
    ],
)
def test_the_usual_ones(regex, cidrs):
    found = read(regex).networks()
    if "db8" in regex:  # one zero group is written out only where no longer run of zeros stands behind it
        assert found <= Networks(cidrs)
        assert found != Networks(cidrs)
    else:
        assert found.cidrs() == cidrs


def test_what_is_no_small_set_of_networks_is_counted_all_the_same():
    found = read(r"\.5$")
    assert found.networks() is None
    assert found.v4.size == 1 << 24
    assert found.example == "0.0.0.5"


@given(SETS, SETS)
@settings(max_examples=40)
def test_differences_are_those_of_sets(one, other):
    assert (admitted(one) - admitted(other)).networks() == one - other


def test_the_case_of_letters_counts_unless_it_is_ignored():
    assert not read("^2001:DB8:")
    assert read("^2001:DB8:", ignore_case=True).networks() == Networks(["2001:db8::/32"])
