"""The names of Domino servers and of hosts, and when two of them are one."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_LABEL: Final = re.compile(r"\s*(?:CN|OU\d?|O|C)\s*=\s*", re.IGNORECASE)
_HOST: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?"
)


def abbreviated(name: str) -> str:
    """Give a hierarchical name without its labels: `CN=Sametime/OU=Servers/O=ACME` is `Sametime/Servers/ACME`."""
    return "/".join(_LABEL.sub("", part, count=1).strip() for part in name.strip().split("/"))


def common_name(name: str) -> str:
    """Give the first part of a hierarchical name, by which Domino knows a server in short: `Sametime`."""
    return abbreviated(name).partition("/")[0]


def same_server(one: str, other: str) -> bool:
    """Whether two names are one server's: letter case and labels do not count."""
    return abbreviated(one).casefold() == abbreviated(other).casefold() != ""


def same_host(one: str, other: str) -> bool:
    """Whether two host names are one; letter case does not count, a dot at the end does.

    "DNS names held in Notes are not case sensitive": Domino's administration guide. Of the dot nothing is known.
    """
    return one.strip().casefold() == other.strip().casefold() != ""


def is_address(text: str) -> bool:
    """Whether a text is an IP address rather than a name."""
    try:
        ipaddress.ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """Whether a text can be a host name in DNS (letters, digits, `-`, `_`; labels of at most 63)."""
    return _HOST.fullmatch(text.lower()) is not None and not is_address(text)


def in_domain(host: str, domain: str) -> bool:
    """Whether a host name lies in a DNS domain; one that has the domain's own name does."""
    inner, outer = (text.strip().casefold().strip(".") for text in (host, domain))
    return bool(outer) and (inner == outer or inner.endswith("." + outer))
