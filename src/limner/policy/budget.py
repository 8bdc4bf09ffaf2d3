"""`budget = { ... }`: what a rule gives is given for so many different faces for each visitor, in a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner import settings
from limner.errors import LibraryError
from limner.policy.condition import Grant, Visitor
from limner.policy.known import Known
from limner.policy.networks import Address, format_address
from limner.settings.durations import seconds

if TYPE_CHECKING:
    from limner.policy.tally import Tally

V4 = range(0xFFFF << 32, 0x10000 << 32)  # where IPv4 addresses stand among all
V6_BITS = 64  # of an IPv6 address, that its owner chooses: one visitor can come from any of them

REMEMBERED = 10_000  # faces


class Budget:
    """The budget of one rule, called `rule`; `tally` has the counts."""

    def __init__(self, rule: str, setting: settings.Budget, known: Known, tally: Tally) -> None:
        self.faces = setting.faces
        self.per = setting.per
        self._seconds = float(seconds(setting.per))
        self._rule = rule.encode("utf-8", "surrogatepass")
        self._known = known
        self._tally = tally
        self._state = known.state()
        self._faces: dict[bytes, bytes] = {}  # what `_face` gave, until names may lead elsewhere

    def admits(self, visitor: Visitor, grant: Grant) -> Grant | None:
        """Give what a rule grants, up to the end of the while in which the face is counted; None: there is no more.

        A visit that is not about one face is not counted, and not allowed: it might show any number of them.
        """
        if visitor.face is None:
            return None
        spend = self._tally.would_spend if visitor.trial else self._tally.spend
        try:
            until = spend(self._whose(visitor, grant), self._face(visitor.face), self.faces, self._seconds, visitor.now)
        except (LibraryError, OSError):
            return None  # what cannot be counted is not given
        return None if until is None else grant & Grant(until=until)

    def reason(self, visitor: Visitor, grant: Grant) -> str:
        """Say how much of it is left."""
        if visitor.face is None:
            return "it is a visit to no single face"
        seen = self._tally.seen(self._whose(visitor, grant), visitor.now)
        return f"{seen} of {self.faces} different faces in {self.per} are counted for this visitor"

    def _whose(self, visitor: Visitor, grant: Grant) -> bytes:
        """Tell visitors apart: by whom the rule knows them to be, else by address."""
        if grant.who is not None:
            who = f"who {grant.who}"
        elif visitor.address is None:
            who = "unknown"
        else:
            who = _network(visitor.address)
        return self._rule + b"\0" + who.encode("utf-8", "surrogatepass")

    def _face(self, key: bytes) -> bytes:
        """Give the same bytes for all names of a person."""
        found = self._faces.get(key)
        if found is None:
            if len(self._faces) >= REMEMBERED:
                self._faces.clear()
            # nobody's name is one face, of whatever kind it was taken for
            found = self._faces[key] = min(self._known.names(key), default=key[1:])
        return found

    def refresh(self) -> None:
        """Take up whom names lead to now; to be called each second."""
        state = self._known.state()
        if state != self._state:
            self._state = state
            self._faces.clear()


def _network(address: Address) -> str:
    return format_address(address if address in V4 else address >> V6_BITS << V6_BITS)
