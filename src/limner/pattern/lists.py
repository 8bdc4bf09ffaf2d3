"""Networks as people write them down: networks, addresses, ranges, and lists of these."""

from __future__ import annotations

import re
from collections.abc import Iterable

from limner.errors import LimnerError, SettingsError
from limner.policy.networks import Networks, parse_address, parse_network


class ListError(LimnerError):
    """A text that is no network, address or range."""


def networks_of(texts: Iterable[str]) -> Networks:
    """Give the set that some texts name.

    Each is a list, parted by commas, blanks or line ends, of networks (`10.0.0.0/8`), addresses, and ranges
    (`10.0.0.5-10.0.0.9`, both ends belong to it). Behind `#` is a comment. Bits beyond a mask are a mistake here: who
    has them written may mean another network. Raises ListError.
    """
    whole = Networks()
    single: list[str] = []
    for text in texts:
        for line in text.splitlines():
            for word in re.split(r"[\s,]+", line.partition("#")[0]):
                if "-" in word:
                    whole |= _range(word)
                elif word:
                    single.append(_network(word))
    return whole | Networks(single)


def _network(word: str) -> str:
    try:
        network = parse_network(word)
    except SettingsError as why:
        raise ListError(why.message, hint=why.hint) from None
    if parse_address(word.partition("/")[0]) != parse_address(str(network.network_address)):
        raise ListError(f"{word} has bits set beyond its mask", hint=f"write {network}, or the one address alone")
    return word


def _range(word: str) -> Networks:
    low, _, high = word.partition("-")
    first, last = parse_address(low), parse_address(high)
    if first is None or last is None or (":" in low) != (":" in high):
        raise ListError(f"{word[:80]!r} is not a range", hint="write both ends: 10.0.0.5-10.0.0.9")
    if last < first:
        raise ListError(f"the range {word} is the wrong way round")
    return Networks.of_intervals([(first, last + 1)])
