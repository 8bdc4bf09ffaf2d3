from ipaddress import ip_address, ip_network
from itertools import pairwise

from bench.networks import FEW, MANY, addresses


def test_both_policies_admit_every_visitor_by_exactly_one_network() -> None:
    """Else the two would be asked different questions."""
    for networks in (FEW, MANY):
        known = [ip_network(text) for text in networks]
        for address in map(ip_address, addresses(20)):
            assert sum(address in network for network in known) == 1


def test_no_network_can_be_merged_with_another() -> None:
    """The many stay many: a policy that merges neighbours would otherwise search a short list."""
    known = sorted(map(ip_network, MANY))
    assert len(known) == 10_000
    assert all(int(a.broadcast_address) + 1 < int(b.network_address) for a, b in pairwise(known))
