"""Lists of networks, as people write them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.pattern.lists import ListError, networks_of
from limner.policy.networks import Networks

from .sets import SETS


def test_networks_addresses_ranges_and_comments():
    text = "10.0.0.0/8, 192.0.2.7\n# offices\n2001:db8::5-2001:db8::9  # VPN\n\n"
    wanted = Networks(["10.0.0.0/8", "192.0.2.7", "2001:db8::5", "2001:db8::6/127", "2001:db8::8/127"])
    assert networks_of([text]) == wanted


@given(SETS)
def test_what_a_set_prints_is_read_as_that_set(networks):
    assert networks_of(networks.cidrs()) == networks
    assert networks_of([", ".join(networks.cidrs())]) == networks


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("10.0.0.1/8", "10.0.0.1/8 has bits set beyond its mask"),
        ("10.0.0.9-10.0.0.1", "the range 10.0.0.9-10.0.0.1 is the wrong way round"),
        ("10.0.0.1-::1", "'10.0.0.1-::1' is not a range"),
        ("offices", "'offices' is not a network"),
        ("010.0.0.0/8", "'010.0.0.0/8' is not a network"),
    ],
)
def test_what_is_none_is_told(text, told):
    with pytest.raises(ListError) as error:
        networks_of([text])
    assert error.value.message == told
    assert error.value.hint or "wrong way" in told


@given(st.text("0123456789abcdef.:/-, #\n", max_size=40))
def test_any_text_is_a_set_or_a_mistake(text):
    with contextlib.suppress(ListError):
        networks_of([text])
