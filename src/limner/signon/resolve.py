"""Where DNS leads a name: the chain of aliases and the addresses at its end, asked for within a few seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from limner.signon.errors import SignonError

SECONDS: Final = 5.0  # for all questions about one name


@dataclass(frozen=True, slots=True)
class Resolution:
    """What DNS says of a name: `chain` begins with the name that was asked for and ends where the aliases end.

    `problem` says why there are no addresses; `server` is the one that answered.
    """

    name: str
    chain: tuple[str, ...]
    addresses: tuple[str, ...]
    server: str | None
    problem: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "name": self.name,
            "chain": list(self.chain),
            "addresses": list(self.addresses),
            "server": self.server,
            "problem": self.problem,
        }


def resolve(name: str, nameserver: str | None = None, port: int = 53, seconds: float = SECONDS) -> Resolution:
    """Ask DNS for a name's IPv4 and IPv6 addresses; a name that has none is no error.

    `nameserver` is the IP address of a server to ask in place of the system's. Names are asked for as they are,
    without the machine's search list. Raises SignonError for what is no host name, or if there is nobody to ask.
    """
    resolver = _resolver(nameserver, port, seconds)
    try:
        wanted = dns.name.from_text(name)
    except (dns.exception.DNSException, UnicodeError):
        raise SignonError(f"{name!r} is no host name") from None
    chain: list[str] = [name.rstrip(".")]
    addresses: list[str] = []
    problem = server = None
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        try:
            answer = resolver.resolve(wanted, kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN as why:
            found = _chain(name, _first_response(why))
            return Resolution(name, found, (), None, f"{found[-1]} does not exist")
        except dns.exception.Timeout:
            problem = f"no DNS server answered within {seconds:g} seconds"
            break
        except dns.exception.DNSException as why:
            problem = problem or _plain(why)
            continue
        server = answer.nameserver
        found = _chain(name, answer.response)
        chain = list(found) if len(found) > len(chain) else chain
        addresses += [record.to_text() for record in answer] if answer.rrset is not None else []
    if addresses:
        problem = None
    elif problem is None:
        problem = f"{chain[-1]} exists, but has no address"
    return Resolution(name, tuple(chain), tuple(addresses), server, problem)


def _resolver(nameserver: str | None, port: int, seconds: float) -> dns.resolver.Resolver:
    try:
        resolver = dns.resolver.Resolver(configure=nameserver is None)
    except dns.resolver.NoResolverConfiguration:
        raise SignonError("this machine has no DNS servers set", hint="name one with --nameserver") from None
    if nameserver is not None:
        try:
            resolver.nameservers = [nameserver]
        except ValueError:
            raise SignonError(f"{nameserver!r} is no IP address of a DNS server") from None
        resolver.port = port
    resolver.lifetime = seconds
    resolver.timeout = min(seconds, 2.0)
    resolver.retry_servfail = False
    return resolver


def _first_response(why: dns.resolver.NXDOMAIN) -> dns.message.Message | None:
    responses: dict[Any, dns.message.Message] = why.kwargs.get("responses") or {}
    return next(iter(responses.values()), None)


def _chain(name: str, response: dns.message.Message | None) -> tuple[str, ...]:
    links = [name.rstrip(".")]
    if isinstance(response, dns.message.QueryMessage):
        try:
            result = response.resolve_chaining()
        except dns.exception.DNSException:
            return tuple(links)
        links += [str(record.target).rstrip(".") for rrset in result.cnames for record in rrset]
    return tuple(links)


def _plain(why: dns.exception.DNSException) -> str:
    return " ".join(str(why).split())[:200] or type(why).__name__


def differing(used: str, addresses: Sequence[str]) -> bool:
    """Whether an address that a client used is none of those that its name leads to now."""
    return bool(addresses) and used.strip("[]").casefold() not in {each.casefold() for each in addresses}
