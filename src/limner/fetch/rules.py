"""Whom limner may ask over HTTP: the guard against addresses that somebody else slips in.

Addresses come from strangers: a directory's PhotoURL, a redirect, the next page that a server names. Each is judged
before it is asked, and judged again by the IP address that its name leads to, at the moment of connecting.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from limner.fetch import address
from limner.fetch.address import INSIDE, Address, Network
from limner.fetch.errors import FetchError

_HOST = re.compile(r"[0-9a-z_.-]{1,253}|[0-9a-f:.]{2,45}")
URL_LIMIT = 4096  # characters
PORTS = {"http": 80, "https": 443}
HINT = 'if that is meant, name it in the settings: [fetch] allow = ["{place}"]'


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be asked: all public addresses on the ports 80 and 443, and what is named here.

    `hosts` are names or addresses that the settings write, each with a port or None (80 and 443): a name among them
    may lead to private addresses, but to this machine or to link-local ones only if it says so itself (`localhost`,
    `127.0.0.1`). `networks` may be asked whatever they are. `ports` are open everywhere.
    """

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset(PORTS.values())

    @classmethod
    def of(cls, allow: Iterable[str] = (), origins: Iterable[str] = (), ports: Iterable[int] = ()) -> Rules:
        """Make rules of settings.

        `allow`: "host", "host:port", "10.20.0.0/16" or an address. `origins`: the http addresses that the settings
        themselves write. Raises ValueError.
        """
        hosts: set[tuple[str, int | None]] = set()
        networks: list[Network] = []
        for text in allow:
            if network := _network(text):
                networks.append(network)
            else:
                hosts.add(_host_and_port(text))
        for origin in origins:
            url = httpx.URL(origin)
            hosts.add((host_of(url), port_of(url)))
        return cls(frozenset(hosts), tuple(networks), frozenset((*PORTS.values(), *ports)))

    def names(self, host: str, port: int) -> bool:
        """Tell whether the settings name a host, with this port."""
        return (host, port) in self.hosts or (port in self.ports and (host, None) in self.hosts)

    def check(self, text: str | httpx.URL, *, named_only: bool = False) -> httpx.URL:
        """Judge an address by what it says; `named_only`: nothing but what the settings name. Raises FetchError."""
        shown = shorten(str(text))
        if len(str(text)) > URL_LIMIT:
            raise refused(f"{shown}: the address is longer than {URL_LIMIT} characters")
        try:
            url = httpx.URL(text)
        except (httpx.InvalidURL, ValueError):
            raise refused(f"{shown}: not an http or https address") from None
        host, port = host_of(url), port_of(url)
        if url.scheme not in PORTS or not _HOST.fullmatch(host) or not 0 < port < 65536:
            raise refused(f"{shown}: not an http or https address")
        if url.userinfo:
            raise refused(f"{url.scheme}://{place(url)}: the address holds a user name or password")
        named = self.names(host, port)
        if not named and port not in self.ports:
            raise refused(f"{shown}: port {port} may not be asked", HINT.format(place=place(url)))
        if named_only and not named:
            hint = HINT.format(place=place(url))
            raise refused(f"{shown}: through a proxy only hosts that the settings name are asked", hint)
        return url

    def judge(self, host: str, port: int, found: Address) -> str | None:
        """Say why an address that a host's name led to may not be asked; None if it may."""
        kind = address.what(found)
        if kind is None or address.within(found, self.networks):
            return None
        if self.names(host, port):
            itself = host == "localhost" and found.is_loopback
            if kind == INSIDE or itself or (_is_address(host) and not (found.is_multicast or found.is_unspecified)):
                return None
        return f"{found} is {kind}"


def refused(message: str, hint: str | None = None) -> FetchError:
    """Make the error for an address that may not be asked."""
    return FetchError(message, kind="refused", hint=hint)


def port_of(url: httpx.URL) -> int:
    """Give the port that an address leads to."""
    return PORTS.get(url.scheme, 0) if url.port is None else url.port


def host_of(url: httpx.URL) -> str:
    """Give the host that an address names, as DNS has it: in ASCII and lower case, an IPv6 address without brackets."""
    return url.raw_host.decode("ascii").lower()


def place(url: httpx.URL) -> str:
    """Give an address's host as settings name it: with its port where that is not the usual one."""
    host = host_of(url)
    host = f"[{host}]" if ":" in host else host
    return host if url.port is None else f"{host}:{url.port}"


def shorten(text: str) -> str:
    """Give an address for a message: without its query, which may hold a secret, and not too long."""
    short = text.partition("?")[0]
    scheme, mark, rest = short.partition("://")
    before, at, behind = rest.partition("@")
    if at and "/" not in before:
        short = f"{scheme}{mark}{behind}"
    return short if len(short) <= 200 else f"{short[:200]}..."


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _host_and_port(text: str) -> tuple[str, int | None]:
    try:
        url = httpx.URL(f"http://{text}/")
    except httpx.InvalidURL:
        raise ValueError(f"{text!r} is not a host") from None
    if not _HOST.fullmatch(host_of(url)) or url.userinfo or url.raw_path != b"/" or url.fragment:
        raise ValueError(f"{text!r} is not a host")
    return host_of(url), 80 if text.endswith(":80") else url.port


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
