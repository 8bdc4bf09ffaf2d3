"""Whether two sides come to an agreement, on what, or why not.

The server takes the highest version that both have, then the first suite of the client's list that both have, that the
version allows, and that the server's certificate can serve; then each side judges the other's certificate. A version
for which a side has no suite is not offered, as JSSE does it. Where the sides are not known for certain, all that they
may be is tried, and the outcome is open unless all agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from limner.cell.model.security import ClientAuth
from limner.cell.suites.refusal import On, Reason, Refusal
from limner.cell.suites.suite import ANY, Suite, Suites
from limner.cell.suites.trust import Chain, Signers, host_refusal, key_kind, refusals
from limner.cell.suites.version import Version, Versions


@dataclass(frozen=True, kw_only=True)
class Side:
    """One end of a connection.

    `chain` is what it shows, leaf first; () if it has no certificate, None if that is not known. `signers` are those
    it believes; None if they are not known. `asks` is whether it wants the other's certificate, as a server;
    `checks_host` whether it compares the server's name, as a client. `host` is the server's name.
    """

    versions: Versions
    suites: Suites
    chain: Chain | None = ()
    signers: Signers | None = frozenset()
    asks: ClientAuth = ClientAuth.NONE
    checks_host: bool = False
    host: str = ""


class Answer(StrEnum):
    """Whether a pair can talk."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True)
class Outcome:
    """What comes of a handshake.

    `protocol` and `suite` are what they would agree on, the least where that is open, None where they do not agree.
    `refusals` say why not, or, for an open one, why it may fail. `uncertain` says what is open, a sentence each; an
    answer may be certain though something is.
    """

    answer: Answer
    protocol: Version | None = None
    suite: Suite | None = None
    refusals: tuple[Refusal, ...] = ()
    uncertain: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Agreed:
    """What comes of two sets of versions and two lists of suites that are known."""

    protocol: Version | None = None
    suite: Suite | None = None
    refusal: Refusal | None = None


def handshake(client: Side, server: Side, at: datetime) -> Outcome:
    """Say what comes of `client` connecting to `server` at a moment, which knows its time zone."""
    kinds = ("RSA", "EC") if server.chain is None else tuple(map(key_kind, server.chain[:1])) or ("",)
    hellos = (_hello(client.versions, client.suites, server.versions, server.suites, kind) for kind in kinds)
    agreed = tuple(dict.fromkeys(each for hello in hellos for each in hello))
    good = [each for each in agreed if each.refusal is None]
    # one of a kind: they differ in what the sides may be, and not in what is wrong
    failed = list({each.refusal.reason: each.refusal for each in agreed[::-1] if each.refusal is not None}.values())
    firm, soft, unknown = _certificates(client, server, at)
    doubts = tuple(dict.fromkeys([*unknown, *_doubts(client, server, agreed)]))
    if not good or firm:
        return Outcome(Answer.NO, refusals=(*firm, *(failed if not good else ())), uncertain=doubts)
    least = min(good, key=lambda each: each.protocol or Version.SSL3)
    answer = Answer.OPEN if failed or soft or unknown else Answer.YES
    return Outcome(answer, least.protocol, least.suite, (*failed, *soft), doubts)


def _doubts(client: Side, server: Side, agreed: tuple[_Agreed, ...]) -> Iterator[str]:
    """Say why it is not known what they agree on, if it is not."""
    differ = len({(each.protocol, each.refusal) for each in agreed}) > 1
    for name, side in (("client", client), ("server", server)):
        if differ or frozenset() in side.versions.worlds:
            yield from (f"{name}: {note}" for note in side.versions.notes)
    if not differ and len(agreed) > 1:
        yield "which cipher suite is chosen is open"
    yield from (f"client: {note}" for note in client.suites.notes)
    yield from (f"server: {note}" for note in server.suites.notes)


@lru_cache(maxsize=8192)
def _hello(
    mine: Versions, mine_suites: Suites, theirs: Versions, their_suites: Suites, kind: str
) -> tuple[_Agreed, ...]:
    """Try all that the two sides may be; `kind` is that of the key in the server's certificate."""
    found = {
        _agreed(offered, listed, enabled, allowed, kind): None
        for offered in _sorted(mine.worlds)
        for enabled in _sorted(theirs.worlds)
        for listed in _lists(mine_suites)
        for allowed in _lists(their_suites)
    }
    return tuple(found)


def _sorted(worlds: Iterable[frozenset[Version]]) -> list[frozenset[Version]]:
    return sorted(worlds, key=lambda world: sorted(version.rank for version in world), reverse=True)


def _lists(suites: Suites) -> Iterator[tuple[Suite, ...]]:
    yield suites.listed
    if suites.maybe:
        yield suites.sure


def _agreed(
    offered: frozenset[Version], listed: tuple[Suite, ...], enabled: frozenset[Version], allowed: tuple[Suite, ...],
    kind: str,
) -> _Agreed:  # fmt: skip
    """Do the first half of a handshake: version and suite.

    Before TLS 1.3 a client says no more than its highest version (RFC 5246, E.1). A server that takes one below it
    which the client has left out is refused, though both may have a lower one.
    """
    offered = frozenset(version for version in offered if any(each.fits(version) for each in listed))
    enabled = frozenset(version for version in enabled if any(each.fits(version) for each in allowed))
    common = offered & enabled
    if not common:
        return _Agreed(refusal=_no_version(offered, enabled))
    taken = max(version for version in enabled if version <= max(offered))
    if taken not in offered and max(offered) is not Version.TLS13:
        text = f"the server takes {taken.value}, which the client has left out between others"
        return _Agreed(refusal=Refusal(Reason.VERSION, On.CLIENT, text))
    version = max(common)
    theirs = frozenset(allowed)
    shared = [each for each in listed if each in theirs and each.fits(version)]
    if not shared:
        return _Agreed(
            refusal=Refusal(Reason.SUITE, On.SERVER, f"no cipher suite of {version.value} is common to both")
        )
    chosen = next((each for each in shared if each.key in (ANY, kind)), None)
    if chosen is None:
        has = f"a certificate with a key of kind {kind}" if kind else "no certificate"
        text = f"the server has {has}, which none of the common suites of {version.value} can use"
        return _Agreed(refusal=Refusal(Reason.CERTIFICATE if not kind else Reason.SUITE, On.SERVER, text))
    return _Agreed(version, chosen)


def _no_version(offered: frozenset[Version], enabled: frozenset[Version]) -> Refusal:
    mine, theirs = (" ".join(each.value for each in sorted(some)) or "nothing" for some in (offered, enabled))
    by = On.CLIENT if not offered and enabled else On.SERVER if offered and not enabled else On.BOTH
    return Refusal(Reason.VERSION, by, f"no common protocol: the client has {mine}, the server {theirs}")


def _certificates(client: Side, server: Side, at: datetime) -> tuple[list[Refusal], list[Refusal], list[str]]:
    """Do the second half: give what certainly fails, what may fail, and what is not known."""
    firm: list[Refusal] = []
    soft: list[Refusal] = []
    unknown: list[str] = []
    if server.chain is None:
        unknown.append("the server's certificate is not known")
    elif server.chain:
        if client.signers is None:
            unknown.append("what signers the client believes is not known")
        else:
            firm += refusals(server.chain, client.signers, at, On.CLIENT)
        wrong = host_refusal(server.chain[0], server.host) if client.checks_host and server.host else None
        firm += [wrong] if wrong else []
    if server.asks is ClientAuth.NONE:
        return firm, [], unknown
    must = server.asks is ClientAuth.REQUIRED
    if client.chain is None:
        unknown += ["the client's certificate is not known"] if must else []
    elif not client.chain:
        text = "the server requires a client certificate, and the client has none"
        firm += [Refusal(Reason.CERTIFICATE, On.SERVER, text)] if must else []
    elif server.signers is None:
        unknown.append("what signers the server believes is not known")
    else:  # a client need not send one that the server will not believe; whether IBM's does is not documented
        (firm if must else soft).extend(refusals(client.chain, server.signers, at, On.SERVER))
    return firm, soft, unknown
