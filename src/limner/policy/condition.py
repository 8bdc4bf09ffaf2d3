"""What a condition of a rule is. Each kind is one file, `by_<kind>.py`, and one line in `rules.KINDS`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, runtime_checkable

from limner.policy.cookies import parse_cookies
from limner.policy.networks import Address
from limner.policy.parameters import parse_parameters


class Visitor:
    """A request as conditions see it: where it comes from, what it sends, whose face it asks for."""

    def __init__(
        self,
        address: Address | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
        face: bytes | None = None,
        target: bytes = b"",
        now: float | None = None,
        *,
        trial: bool = False,
    ) -> None:
        self.address = address  # None: not known
        self.headers = headers  # names in lower case
        self.face = face  # the library's index key; None: not about one face
        self.target = target  # the address asked for, as sent
        self.now = time.time() if now is None else now  # Unix time
        self.trial = trial  # nothing is shown to this visitor: it costs nothing of a budget

    @cached_property
    def cookies(self) -> list[tuple[bytes, bytes]]:
        """The cookies sent, as (name, value)."""
        return parse_cookies(self.headers)

    @cached_property
    def parameters(self) -> list[tuple[bytes, bytes]]:
        """The parameters of the address's query, as (name, value): names decoded, values as sent."""
        return [(name, value) for name, value, _ in parse_parameters(self.target)]


@dataclass(frozen=True, slots=True)
class Grant:
    """A condition's yes.

    `who`: whom it knows the visitor to be. `until`: the Unix time at which the yes ends. `by_address`: it rests on
    something in the address asked for, such as a token in its query, so that it says nothing of other addresses.
    """

    who: str | None = None
    until: float | None = None
    by_address: bool = False

    def __and__(self, other: Grant) -> Grant:
        ends = [end for end in (self.until, other.until) if end is not None]
        return Grant(self.who or other.who, min(ends, default=None), self.by_address or other.by_address)


GRANTED = Grant()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a policy that an administrator should look at."""

    severity: Literal["error", "warning", "note"]
    message: str
    fix: str
    rule: str | None = None  # None: the policy as a whole


class Condition(Protocol):
    """One thing that a rule asks of a visitor."""

    kind: str
    """The setting's name."""
    forgeable: bool
    """Whether anyone at all can fulfil it."""
    each_face: bool
    """Whether the answer depends on whose face is asked for."""
    parameters: frozenset[bytes]
    """The names of parameters in an address that may hold a credential: their values are never written down."""

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give a grant if the condition holds, else None. Never raises, whatever the visitor sends."""

    def reason(self, visitor: Visitor) -> str:
        """Say why it holds or does not, for an administrator; never quotes a credential."""

    def implied_by(self, other: Condition) -> bool:
        """Whether this condition holds for every visitor for whom the other holds."""

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        """Yield what is doubtful; `guarded`: another condition of the rule cannot be forged."""

    def refresh(self) -> bool:
        """Look whether what it rests on has changed (keys, revocations), and take it up; to be called each second.

        True: verdicts that were given before no longer stand. Never raises; trouble goes to the log.
        """


@runtime_checkable
class Asking(Protocol):
    """A condition that may have to ask somebody far away who a visitor is."""

    wait_seconds: float
    """How long a visitor's request may wait for that; 0: nobody is ever asked."""

    def coming(self, visitor: Visitor) -> Future[None] | None:
        """Give what is done as soon as there is an answer about a visitor, or none can be had; None: none is needed.

        Never waits, and never raises.
        """
