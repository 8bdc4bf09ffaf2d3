"""Harmless questions to a host: names, ports, handshakes. Nobody logs in, and nothing is tried twice without need."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from limner.signon.names import is_address, is_host
from limner.signon.probe.community import ask_community
from limner.signon.probe.domino import ask_name
from limner.signon.probe.reach import SECONDS, State, reach
from limner.signon.probe.report import Port, Report
from limner.signon.probe.tls import ask_tls
from limner.signon.resolve import Resolution, resolve

__all__ = ["PORTS", "Port", "Report", "probe"]

PORTS: Final = {"domino": 1352, "community": 1533, "http": 80, "https": 443}
MOST_ADDRESSES: Final = 4  # that are looked at


def probe(
    host: str,
    *,
    ports: Mapping[str, int] = PORTS,
    ask: bool = False,
    nameserver: str | None = None,
    dns_port: int = 53,
    seconds: float = SECONDS,
) -> Report:
    """Ask DNS, this machine, and the ports of a host; with `ask`, Domino's for its name.

    No step takes longer than `seconds`, and the ports are asked side by side. Raises SignonError for what is no host.
    """
    dns = None if is_address(host) else resolve(host, nameserver, dns_port, seconds)
    # a DNS server that is named is meant to be the judge, and this machine's own answer is only compared with it
    system = (host,) if is_address(host) else _system(host, seconds)
    found = tuple(dict.fromkeys((*(dns.addresses if dns else ()), *system)))
    asked, left_out = found[:MOST_ADDRESSES], found[MOST_ADDRESSES:]
    work = [(service, address, port) for address in asked for service, port in ports.items()]
    with ThreadPoolExecutor(max(1, len(work))) as pool:
        results = tuple(pool.map(lambda each: _port(each, host, ask, seconds), work))
    return Report(host, dns, system, results, left_out, _notes(host, dns, system, results, ask=ask))


def _port(work: tuple[str, str, int], host: str, ask: bool, seconds: float) -> Port:
    service, address, port = work
    reached = reach(address, port, seconds)
    if reached.state is not State.OPEN:
        return Port(service, reached)
    if service == "community":
        return Port(service, reached, community=ask_community(address, port, host, seconds))
    if service == "https":
        return Port(service, reached, tls=ask_tls(address, port, host, seconds))
    if service == "domino" and ask:
        return Port(service, reached, domino=ask_name(address, port, host, seconds))
    return Port(service, reached)


def _notes(
    host: str, dns: Resolution | None, system: tuple[str, ...], ports: tuple[Port, ...], *, ask: bool
) -> list[str]:
    notes = []
    if dns is not None and dns.addresses and system and not set(dns.addresses) & set(system):
        notes.append("this machine goes elsewhere than DNS says: its hosts file, or another resolver")
    if dns is not None and not dns.addresses and system:
        notes.append(f"DNS does not know it ({dns.problem}); this machine does, from its hosts file or a search list")
    if dns is not None and len(dns.chain) > 1:
        notes.append(
            f"{host} is an alias of {dns.chain[-1]}: if Notes clients ask Domino for a token by it, "
            f"`limner signon server-name {host} --server-doc FILE` tells whether they are accepted"
        )
    domino = [port for port in ports if port.service == "domino"]
    if domino and not any(port.is_open for port in domino):
        notes.append(
            "Domino's port is not open: Notes clients cannot get a token here; from Sametime 12 on that is as it "
            "should be, and another Domino server has to make the tokens"
        )
    elif domino and not ask:
        notes.append("--ask-name asks Domino for its own name")
    return notes


def _system(host: str, seconds: float) -> tuple[str, ...]:
    """Give the addresses that this machine itself uses for a name, none if it takes too long to know."""
    if not is_host(host):
        return ()
    found: list[str] = []

    def look() -> None:
        try:
            found.extend(str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return

    thread = threading.Thread(target=look, daemon=True)  # the system's look-up cannot be told to hurry
    thread.start()
    thread.join(seconds)
    return tuple(dict.fromkeys(found))
