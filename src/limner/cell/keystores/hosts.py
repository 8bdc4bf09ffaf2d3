"""Which hosts a name in a certificate covers."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

_LABEL = re.compile(r"\w([\w-]{0,61}\w)?")


def covers(pattern: str, host: str) -> bool:
    """Say whether a name of a certificate covers a host: RFC 9525, section 6.3.

    A wildcard is the whole first label and stands for exactly one label: `*.acme.example` covers `st.acme.example`,
    neither `acme.example` nor `a.st.acme.example`. An IP address is covered by itself only.
    """
    if is_address(host) or is_address(pattern):
        return is_address(host) and is_address(pattern) and _address(host) == _address(pattern)
    labels, wanted = _labels(pattern), _labels(host)
    if len(labels) != len(wanted) or not all(wanted):
        return False
    if labels[0] == "*":
        return len(labels) > 2 and labels[1:] == wanted[1:]
    return labels == wanted


def covering(patterns: Iterable[str], host: str) -> str | None:
    """Give the name that covers a host, an exact one before a wildcard; None if there is none."""
    found = [pattern for pattern in patterns if covers(pattern, host)]
    return min(found, key=lambda pattern: pattern.startswith("*"), default=None)


def is_host(text: str) -> bool:
    """Say whether a text is the name or the IP address of a host, and not a URL, a network or a wildcard."""
    labels = text.removesuffix(".").split(".")
    named = len(text) < 254 and not labels[-1].isdigit() and all(map(_LABEL.fullmatch, labels))
    return named or is_address(text)


def is_address(host: str) -> bool:
    """Say whether a text is an IP address."""
    try:
        _address(host)
    except ValueError:
        return False
    return True


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))


def _labels(name: str) -> list[str]:
    """Give the labels of a name in small letters and in ASCII (IDNA), as certificates have them."""
    name = name.removesuffix(".")
    try:
        ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_name = name
    return ascii_name.lower().split(".")
