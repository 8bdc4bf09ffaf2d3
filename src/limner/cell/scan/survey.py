"""What one endpoint speaks: every version with every suite, its certificates, and whether it wants one of the client.

One connection for each question, as nothing else tells: a server chooses one suite of those it is offered, so the
chosen one is left out of the next offer until none is taken. No handshake is finished, and nobody logs in.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from limner.cell.scan import flight13
from limner.cell.scan.answer import Answer, listen
from limner.cell.scan.hello import make
from limner.cell.scan.keyshare import GROUPS
from limner.cell.scan.suites import Version, label, name, offered
from limner.cell.scan.target import Target
from limner.cell.scan.wire import End, Wire

SECONDS = 5.0  # for a connection, and again for its answer
RATE = 20.0  # connections in a second


@dataclass
class Seen:
    """What was seen at an endpoint.

    `problem`: nothing could be seen, and why. `spoken` has the suites of each version that it speaks, in the order in
    which it chose them; `refused` says how it refused the others. `certificates` are in DER, in the order sent.
    `unsure` are questions that were not answered, so that there may be more than was seen.
    """

    target: Target
    name: str
    address: str = ""
    problem: str | None = None
    spoken: dict[Version, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[Version, str] = field(default_factory=dict)
    certificates: tuple[bytes, ...] = ()
    wants_client: bool = False
    dh_bits: int | None = None
    unsure: list[str] = field(default_factory=list)
    connections: int = 0


class Pace:
    """Lets no more than so many connections begin in a second."""

    def __init__(
        self, rate: float, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._gap, self._clock, self._sleep = 1 / rate, clock, sleep
        self._next = clock()

    def wait(self) -> None:
        """Wait until the next one may begin."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._gap


class _UnreachableError(Exception):
    """No connection is made, or what answers is no TLS: there is no point in more questions."""


def survey(
    target: Target, addresses: list[str], server_name: str | None = None, *, pace: Pace, seconds: float = SECONDS
) -> Seen:
    """Ask an endpoint for everything, at the first of its addresses that takes a connection."""
    seen = Seen(target, server_name or target.host)
    asker = _Asker(seen, pace, seconds)
    try:
        asker.reach(addresses)
        for version in sorted(Version, reverse=True):
            asker.version(version)
    except _UnreachableError as why:
        seen.problem = str(why)
        return seen
    if not seen.spoken:
        seen.problem = f"it speaks no TLS: {'; '.join(dict.fromkeys(seen.refused.values()))}"
    return seen


class _Asker:
    def __init__(self, seen: Seen, pace: Pace, seconds: float) -> None:
        self._seen, self._pace, self._seconds = seen, pace, seconds

    def reach(self, addresses: list[str]) -> None:
        """Find the address that takes a connection."""
        words = "it has no address"
        for address in addresses:
            self._seen.address = address
            try:
                self._wire().close()
            except OSError as why:
                words = _words(why)
            else:
                return
        raise _UnreachableError(words)

    def version(self, version: Version) -> None:
        """Ask for one version until it takes no more suites."""
        seen = self._seen
        left, group = list(offered(version)), None
        taken: list[int] = []
        while left:
            answer = self._ask(version, left, group)
            hello = answer.hello
            if hello is None or hello.version != version or hello.suite not in left:
                self._over(version, answer, taken)
                break
            if version is Version.TLS13 and hello.share is None and group is None and hello.group in GROUPS:
                group = hello.group  # the key that it can use; ask again with it
                continue
            taken.append(hello.suite)
            left.remove(hello.suite)
            self._learn(answer)
        if taken:
            seen.spoken[version] = tuple(map(name, taken))

    def _over(self, version: Version, answer: Answer, taken: list[int]) -> None:
        seen = self._seen
        if answer.end is End.FOREIGN and not seen.spoken and not taken:
            raise _UnreachableError(f"it speaks no TLS; it says {_printable(answer.first)}")
        if answer.hello is not None and answer.hello.version != version:
            words = f"it chose {label(answer.hello.version)}"
        else:
            words = answer.refusal or "it chose what was not offered"
        if answer.end in (End.SILENT, End.ENDLESS):
            seen.unsure.append(f"{version.label}: {words}")
        if not taken:
            seen.refused[version] = words
            silent = [each for each in seen.refused.values() if each == End.SILENT.value]
            if len(silent) == 2 and not seen.spoken:
                raise _UnreachableError(f"it takes connections, but {End.SILENT.value}")

    def _learn(self, answer: Answer) -> None:
        seen = self._seen
        seen.certificates = seen.certificates or answer.certificates
        seen.wants_client = seen.wants_client or answer.wants_client
        if answer.dh_bits is not None:
            seen.dh_bits = min(answer.dh_bits, seen.dh_bits or answer.dh_bits)

    def _ask(self, version: Version, suites: list[int], group: int | None) -> Answer:
        hello = make(version, suites, self._seen.name, group)
        try:
            with self._wire() as wire:
                wire.send(hello.record)
                answer = listen(wire)
                if answer.chose(Version.TLS13) and answer.hello and answer.hello.share and not self._seen.certificates:
                    flight13.read(wire, hello, answer)
                return answer
        except OSError as why:
            return Answer(refusal=_words(why), end=End.SILENT)

    def _wire(self) -> Wire:
        self._pace.wait()
        self._seen.connections += 1
        return Wire((self._seen.address, self._seen.target.port), self._seconds)


def _words(why: OSError) -> str:
    if isinstance(why, TimeoutError):
        return "no connection in time"
    return (why.strerror or str(why)).lower()


def _printable(first: bytes) -> str:
    return repr(first[:40].decode("latin-1")) if first else "nothing that can be read"
