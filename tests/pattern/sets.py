"""Strategies: sets of addresses of all kinds, and addresses that stand at their edges."""

import ipaddress

from hypothesis import strategies as st

from limner.policy.networks import Networks, format_address

GROUPS = st.sampled_from([0, 0, 0, 1, 0xDB8, 0xFFFF, 0xFE80]) | st.integers(0, 0xFFFF)
V4 = st.integers(0, 2**32 - 1) | st.integers(0, 2**16 - 1).map(lambda low: (10 << 24) + low)
V6 = st.lists(GROUPS, min_size=8, max_size=8).map(lambda groups: sum(g << 16 * at for at, g in enumerate(groups)))


def _network(number, length):
    return str(ipaddress.IPv4Network((number, length), strict=False))


LENGTHS = st.integers(0, 128)
NETWORK4 = st.builds(_network, V4, st.integers(0, 32))
NETWORK6 = st.builds(lambda number, length: str(ipaddress.IPv6Network((number, length), strict=False)), V6, LENGTHS)
SETS4 = st.lists(NETWORK4, min_size=1, max_size=5).map(Networks)
SETS = st.lists(NETWORK4 | NETWORK6, min_size=1, max_size=5).map(Networks)
ADDRESSES = V4.map(lambda number: str(ipaddress.IPv4Address(number))) | V6.map(lambda number: format_address(number))


def at_the_edges(networks):
    """Give addresses in canonical form at and beside every edge of a set."""
    for start, end in networks.intervals():
        for number in (start - 1, start, start + 1, (start + end) // 2, end - 1, end):
            if 0 <= number < 1 << 128:
                yield format_address(number)
