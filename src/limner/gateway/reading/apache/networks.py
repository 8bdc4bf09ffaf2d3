"""Networks as Apache writes them: `10.1`, `10.1.0.0/16`, `10.1.0.0/255.255.0.0`, `2001:db8::/32`."""

from __future__ import annotations

import re

from limner.errors import SettingsError
from limner.policy.networks import IPV4, Networks

_PARTIAL = re.compile(r"\d{1,3}(\.\d{1,3}){0,2}\.?")


def network(text: str) -> Networks | None:
    """Give a network, or None for what is none, or none that Apache reads for certain as limner does."""
    address, slash, mask = text.partition("/")
    if not slash and _PARTIAL.fullmatch(text):
        octets = text.rstrip(".").split(".")
        text = f"{'.'.join([*octets, *['0'] * (4 - len(octets))])}/{8 * len(octets)}"
    elif slash and not mask.isdigit() and ":" in mask:
        return None  # no mask of IPv6 is read
    elif slash and not re.fullmatch(r"[0-9]{1,3}|[0-9]{1,3}(\.[0-9]{1,3}){3}", mask):
        return None
    try:
        found = Networks([text])
    except SettingsError:
        return None
    if "." in mask and not _is_mask(mask):
        return None  # ipaddress would take 0.0.255.255 for a mask the other way round
    if ":" in address and found & IPV4:
        return None  # IPv4 spelt as IPv6: whether it matches depends on the version
    return found


def _is_mask(text: str) -> bool:
    bits = "".join(f"{int(octet):08b}" for octet in text.split("."))
    return "01" not in bits
