"""Networks to a regular expression: it takes the addresses in them and no other."""

import ipaddress
import re
import shutil
import subprocess

import pytest
from greenery import parse as greenery_parse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from limner.pattern.read import read
from limner.pattern.write import PatternError, write, write_lines
from limner.policy.networks import Networks

from .sets import ADDRESSES, NETWORK4, SETS, SETS4, at_the_edges

RGXG = shutil.which("rgxg")


def matched(regex, text):
    return re.search(regex, text) is not None


@given(SETS, st.lists(ADDRESSES, max_size=10))
@example(Networks(["::/0"]), ["::ffff:0:0:0", "1.2.3.4", "::1.2.3.4", "::1"])
@example(Networks(["2001:0:0:1::/64"]), ["2001::1:0:0:0:0", "2001:0:0:1::1", "2001::1:5:6:7:8"])
def test_an_address_is_matched_exactly_when_it_is_in_the_set(networks, more):
    regex = write(networks)
    for text in [*at_the_edges(networks), *more]:
        assert matched(regex, text) == (text in networks), text


@given(SETS)
def test_there_and_back_is_the_same_set_over_all_addresses(networks):
    """Over all 2**128: the way back walks every address's text."""
    assert read(write(networks)).networks() == networks


@given(SETS4, st.text("0123456789.: x\n", max_size=20))
def test_ipv4_admits_no_text_that_is_no_address(networks, text):
    if matched(write(networks).replace("$", r"\Z"), text):
        assert text in networks


@given(SETS, st.lists(ADDRESSES, max_size=5))
@settings(max_examples=50)
def test_every_spelling_is_matched_where_that_is_wanted(networks, more):
    regex = write(networks, any_spelling=True)
    for text in [*at_the_edges(networks), *more]:
        for spelt in spellings(ipaddress.ip_address(text)):
            assert matched(regex, spelt) == (text in networks), spelt


def spellings(address):
    if address.version == 4:
        high, low = divmod(int(address), 65536)
        return [str(address), f"::ffff:{address}", f"::FFFF:{high:x}:{low:04X}", f"0:0:0:0:0:ffff:{address}"]
    exploded = address.exploded
    groups = [f"{int(group, 16):X}" for group in exploded.split(":")]
    dotted = str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [str(address), exploded, exploded.upper(), ":".join(groups), ":".join(groups[:6]) + f":{dotted}"]


@given(st.lists(NETWORK4.filter(lambda text: int(text.rpartition("/")[2]) > 26), min_size=1, max_size=3).map(Networks))
@settings(max_examples=10)
def test_greenery_finds_the_same_language_as_the_plain_one(networks):
    """The oracle is another library, which compares whole languages; small networks, for it takes its time."""
    plain = "|".join(plainly(ipaddress.ip_network(cidr)) for cidr in networks.cidrs())
    ours = write(networks)[1:-1]
    assert greenery_parse(ours).equivalent(greenery_parse(plain))


def plainly(network):
    """Write a network the long way: octet by octet, number by number."""
    low, high = network[0].packed, network[-1].packed
    return r"\.".join(
        "(" + "|".join(map(str, range(first, last + 1))) + ")" for first, last in zip(low, high, strict=True)
    )


@pytest.mark.root
@pytest.mark.skipif(RGXG is None, reason="rgxg is missing: `make test` as root installs it")
@given(NETWORK4)
@settings(max_examples=60)
def test_a_single_network_is_no_longer_than_rgxgs(network):
    theirs = subprocess.run([RGXG, "cidr", network], capture_output=True, text=True, check=True).stdout.strip()
    assert len(write(Networks([network]))) <= len(f"^{theirs}$")
    for text in at_the_edges(Networks([network])):
        if ":" not in text:
            assert bool(re.fullmatch(theirs, text)) == matched(write(Networks([network])), text)


@pytest.mark.root
@pytest.mark.skipif(RGXG is None, reason="rgxg is missing: `make test` as root installs it")
@given(st.lists(NETWORK4, min_size=2, max_size=6, unique=True))
@settings(max_examples=30)
def test_a_list_is_shorter_than_the_sum_of_rgxgs(networks):
    theirs = [
        subprocess.run([RGXG, "cidr", network], capture_output=True, text=True, check=True).stdout.strip()
        for network in networks
    ]
    assert len(write(Networks(networks))) < sum(map(len, theirs)) + len("^()$") + len(theirs) - 1


def test_they_read_like_this():
    assert write(Networks(["10.0.0.0/8"])) == r"^10(\.(25[0-5]|(1\d|2[0-4]|[1-9])?\d)){3}$"
    assert write(Networks(["10.1.2.3"])) == r"^10\.1\.2\.3$"
    assert write(Networks(["2001:db8::/32"])) == "^2001:db8:[0-9a-f:]*$"
    assert write(Networks(["::1"])) == "^::1$"
    assert write(Networks(["10.0.0.0/30"]), no_escapes=True) == r"^10\.0\.0\.[0-3]$"
    assert write(Networks(["10.0.0.1", "fe80::/10"])) == r"^(10\.0\.0\.1|fe[89ab][0-9a-f]:[0-9a-f:]*)$"


def test_of_nothing_there_is_no_expression():
    with pytest.raises(PatternError):
        write(Networks())


@given(SETS, st.integers(150, 400))
@settings(max_examples=50)
def test_lines_keep_to_their_limit_and_mean_the_same_together(networks, limit):
    try:
        lines = write_lines(networks, limit)
    except PatternError:
        assert len(write(Networks([max(networks.cidrs(), key=lambda cidr: len(write(Networks([cidr]))))]))) > limit
        return
    assert all(len(line) <= limit for line in lines)
    for text in at_the_edges(networks):
        assert any(matched(line, text) for line in lines) == (text in networks)
