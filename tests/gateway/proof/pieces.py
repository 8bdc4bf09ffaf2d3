"""Cuts the address space where a policy could change its mind, and takes every credential that it could look at."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from limner import settings
from limner.policy import Policy, Visit
from limner.policy.networks import IPV4, Networks, format_address

V4 = 0xFFFF << 32
ALWAYS = ["8.8.8.8", "127.0.0.2", "2001:db8::1", "2002:a01:203::1", "::10.1.2.3", "64:ff9b::a01:203"]


def addresses(policy: settings.Policy) -> list[str]:
    """Give the first and the last address of each piece, and of IPv4 ones their relatives in IPv6."""
    everywhere = [Networks([network]) for rule in policy.allow for network in rule.networks or ()]
    cuts = {edge for networks in (*everywhere, IPV4) for interval in networks.intervals() for edge in interval}
    found = dict.fromkeys(ALWAYS)
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), 1 << 128], strict=True):
        for tries in (range(start, end)[:2], range(start, end)[-2:][::-1]):
            usable = [address for at in tries if _can_be_a_source(address := format_address(at))]
            found |= dict.fromkeys(usable[:1])
        if V4 <= start < V4 + (1 << 32):
            inside = start - V4
            relatives = (IPv6Address((0x2002 << 112) + (inside << 80) + 1), IPv6Address(inside))
            found |= dict.fromkeys(text for each in relatives if _can_be_a_source(text := format_address(int(each))))
    return list(found)


def _can_be_a_source(text: str) -> bool:
    """Linux lets nobody call from these, not even in a network of one's own; nor does anybody on a real one."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        broadcast = address in (IPv4Address("255.255.255.255"), IPv4Address("127.255.255.255"))
        return not (address.is_multicast or int(address) >> 24 == 0 or broadcast)
    return not (address.is_multicast or address.is_link_local or address.is_unspecified)


def credentials(policy: settings.Policy) -> list[list[bytes]]:
    """Give the headers of visitors: without a cookie, with each that a rule asks for, and with one that none does."""
    wanted = dict.fromkeys(text for rule in policy.allow for text in rule.cookie or ())
    sent = [text if "=" in text else f"{text}=any" for text in wanted]
    return [[], [b"Cookie: other=1"], *([f"Cookie: {text}".encode()] for text in sent)]


def oddities(policy: settings.Policy) -> list[list[bytes]]:
    """Give the headers of visitors whose cookies are nearly right, or right in an odd way."""
    found: list[list[bytes]] = []
    for text in dict.fromkeys(text for rule in policy.allow for text in rule.cookie or ()):
        name, _, value = text.partition("=")
        pairs = [
            *(f"x{name}={value}", f"{name}x={value}", f"{name.swapcase()}={value}", f"{name}={value}x", name),
            *(f'{name}="{value}"', f" {name} =\t{value} ", f"a=b; {name}={value}; c=d", f"a=b;{name}={value}"),
            *(f"a=b, {name}={value}", f"a={name}={value}", f"a=;;{name}={value};", f"={name}={value}", f'a="; {text}'),
            *("a=1;" * 298 + f"{name}={value}", "a=1;" * 299 + f"{name}={value}", "a=1;" * 300 + f"{name}={value}"),
        ]
        found += [[f"Cookie: {pair}".encode()] for pair in pairs]
    return found


def in_two_headers(policy: settings.Policy) -> list[list[bytes]]:
    """Give the headers of visitors who send two Cookie headers."""
    wanted = dict.fromkeys(text for rule in policy.allow for text in rule.cookie or ())
    lines = [f"Cookie: {text if '=' in text else f'{text}=any'}".encode() for text in wanted]
    other = b"Cookie: other=1"
    return [pair for each in lines for pair in ([each, other], [other, each], [b"Cookie: other", each])]


def decided(policy: Policy, address: str, lines: list[bytes]) -> bool:
    """Tell what `policy.decide` says."""
    return policy.decide(Visit(address, [(b"cookie", each.removeprefix(b"Cookie:").strip()) for each in lines])).allowed
