"""The DNS answers in a capture: which name led a client to an address, and which names led nowhere."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from limner.signon.capture.packet import Datagram
from limner.signon.capture.talk import clean
from limner.signon.capture.tape import Stamp

MOST: Final = 20_000  # answers that are read
_MOST_FAILED: Final = 200


@dataclass(frozen=True, slots=True)
class LookUp:
    """An answer: `name` was asked for, and `aliases` followed (CNAME) up to what has the addresses."""

    stamp: Stamp
    client: bytes
    name: str
    aliases: tuple[str, ...]
    addresses: tuple[bytes, ...]
    failure: str | None = None

    @property
    def hosts(self) -> str:
        """The addresses as text."""
        return ", ".join(str(ip_address(address)) for address in self.addresses)


class Names:
    """Remembers answers; `left_out` counts those beyond MOST."""

    def __init__(self) -> None:
        self._read = 0
        self._by_address: dict[bytes, list[LookUp]] = {}
        self._by_name: dict[str, list[LookUp]] = {}
        self.failed: deque[LookUp] = deque(maxlen=_MOST_FAILED)
        self.left_out = 0

    def add(self, datagram: Datagram) -> None:
        """Read an answer."""
        if self._read >= MOST:
            self.left_out += 1
            return
        self._read += 1
        found = _look_up(datagram)
        if found is None:
            return
        if found.failure:
            self.failed.append(found)
        if found.addresses:
            self._by_name.setdefault(found.name, []).append(found)
        for address in found.addresses:
            known = self._by_address.setdefault(address, [])
            if len(known) < 100:
                known.append(found)

    def of(self, address: bytes, client: bytes, before: Stamp) -> LookUp | None:
        """Give the last answer by which a client knew an address; else the last one that anyone got."""
        known = [found for found in self._by_address.get(address, ()) if found.stamp < before]
        own = [found for found in known if found.client == client]
        return max(own or known, key=lambda found: found.stamp, default=None)

    def latest(self, name: str, client: bytes | None = None) -> LookUp | None:
        """Give the last answer that a client, or anyone, got for a name."""
        known = self._by_name.get(name.lower().rstrip("."), ())
        own = [found for found in known if client in (None, found.client)]
        return max(own, key=lambda found: found.stamp, default=None)


def _look_up(datagram: Datagram) -> LookUp | None:
    try:
        message = dns.message.from_wire(datagram.data, ignore_trailing=True, raise_on_truncation=False)
        if not message.flags & 0x8000 or not message.question:
            return None
        question = message.question[0]
        if question.rdtype not in (dns.rdatatype.A, dns.rdatatype.AAAA):
            return None
        aliases, addresses = [], []
        for answer in message.answer[:50]:
            for record in list(answer)[:50]:
                if isinstance(record, CNAME):
                    aliases.append(_text(record.target))
                elif isinstance(record, A | AAAA):
                    addresses.append(ip_address(record.address).packed)
        failure = None if addresses else _failure(message.rcode(), question.rdtype)
        stamp = Stamp(datagram.number, datagram.when)
        return LookUp(stamp, datagram.target, _text(question.name), tuple(aliases), tuple(addresses), failure)
    except (dns.exception.DNSException, ValueError):
        return None


def _failure(code: int, kind: int) -> str | None:
    if code == 0:  # no address of this kind; there may be one of the other
        return "the name has no address" if kind == dns.rdatatype.A else None
    words = {2: "the DNS server failed", 3: "there is no such name", 5: "the DNS server refuses to answer"}
    return words.get(code, f"DNS says {dns.rcode.to_text(dns.rcode.Rcode(code))}")


def _text(name: object) -> str:
    return clean(str(name)).lower().rstrip(".")
