"""Networks in Apache's spellings."""

import pytest

from limner.gateway.reading.apache.networks import network
from limner.policy.networks import Networks


@pytest.mark.parametrize(
    ("text", "cidr"),
    [
        ("10", "10.0.0.0/8"),
        ("10.1.", "10.1.0.0/16"),
        ("10.1.2.3", "10.1.2.3/32"),
        ("10.1.2.3/16", "10.1.0.0/16"),
        ("10.1.0.0/255.255.0.0", "10.1.0.0/16"),
        ("2001:db8::/32", "2001:db8::/32"),
    ],
)
def test_a_network(text, cidr):
    assert network(text) == Networks([cidr])


@pytest.mark.parametrize(
    "text",
    ["example.com", "10.1.0.0/0.0.255.255", "10.1/16", "::ffff:10.0.0.0/104", "1.2.3.400", "", "::/ffff::", "10/x"],
)
def test_what_is_not_read_for_certain(text):
    assert network(text) is None
