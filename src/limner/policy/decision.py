"""The one decision: may this visit see this face?"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from limner import settings
from limner.policy.condition import Asking, Visitor
from limner.policy.known import NOBODY, Known
from limner.policy.proxies import Proxies
from limner.policy.rules import Rule, rule_from
from limner.policy.tally import Tally


@dataclass(frozen=True, slots=True)
class Visit:
    """What the door knows about a request."""

    peer: str | None
    """The TCP peer's address as text; None for a unix socket."""
    headers: Sequence[tuple[bytes, bytes]] = ()
    """Names in lower case, in the order of arrival."""
    face: bytes | None = None
    """The library's index key that is asked for; None if the visit is not about one face."""
    target: bytes = b""
    """The address asked for, as sent: path and query."""
    now: float | None = None
    """The Unix time of the visit; None: now."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a visit is allowed, and for how long and how much that is true."""

    allowed: bool
    rule: str | None
    """The rule that allowed."""
    who: str
    """Who the visitor is, for the audit trail: an address, or "unknown address"."""
    until: float | None
    """The Unix time after which to ask again; None: true for as long as policy and request head are the same."""
    any_target: bool
    """The same verdict holds for every face, and for every address that a visitor with this head may ask for."""
    guest: bool = False
    """The visitor is let in as a guest, and does not see people who are hidden from guests."""


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """How one condition of a rule came out, and why."""

    kind: str
    holds: bool
    reason: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule came out."""

    name: str
    holds: bool
    conditions: tuple[ConditionResult, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and what every rule had to say."""

    verdict: Verdict
    rules: tuple[RuleResult, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the explanation as plain dictionaries, lists and texts: ready for JSON."""
        return {
            "verdict": "allow" if self.verdict.allowed else "refuse",
            "rule": self.verdict.rule,
            "who": self.verdict.who,
            "rules": [
                {
                    "name": rule.name,
                    "holds": rule.holds,
                    "conditions": [
                        {"kind": each.kind, "holds": each.holds, "reason": each.reason} for each in rule.conditions
                    ],
                }
                for rule in self.rules
            ],
        }


class Policy:
    """Who may see: a visit is allowed if any rule holds. Made once from `[policy]`; `whole` is the file around it.

    Raises SettingsError when the settings hold something that cannot be enforced.
    """

    def __init__(
        self,
        policy: settings.Policy,
        known: Known = NOBODY,
        whole: settings.Settings | None = None,
        tally: Tally | None = None,
    ) -> None:
        """Make it; `known` are the library's people, `tally` counts faces for budgets (None: for this object alone)."""
        self.otherwise = policy.otherwise
        if tally is None and any(rule.budget for rule in policy.allow):
            tally = Tally()
        self.rules: tuple[Rule, ...] = tuple(rule_from(rule, known, whole, tally) for rule in policy.allow)
        self._sorted: tuple[tuple[Rule, ...], tuple[Rule, ...]] = (), ()
        self._proxies = Proxies(policy.trusted_proxies)
        self.each_face = any(rule.each_face for rule in self.rules)
        """Whether a visit has to be judged for each face by itself."""
        self.parameters: frozenset[bytes] = frozenset().union(*(rule.parameters for rule in self.rules))
        """The names of parameters in an address that may hold a credential: their values are never written down."""
        conditions = [condition for rule in self.rules for condition in rule.conditions]
        self._asking = [each for each in conditions if isinstance(each, Asking) and each.wait_seconds > 0]
        self.wait_seconds = max((each.wait_seconds for each in self._asking), default=0.0)
        """How long a request may wait for what is `coming`; 0: nothing ever is."""

    def coming(self, visit: Visit) -> Future[None] | None:
        """Give what is done when somebody far away has said who a visitor is; None: nobody needs to be asked.

        A verdict may be asked for without waiting: the visitor then is not known yet. Never waits, never raises.
        """
        visitor = Visitor(None, visit.headers, visit.face, visit.target, visit.now, trial=True)
        return next((wait for each in self._asking if (wait := each.coming(visitor)) is not None), None)

    def refresh(self) -> bool:
        """Take up changed keys and revocations; to be called each second. True: earlier verdicts no longer stand."""
        return True in [rule.refresh() for rule in self.rules]  # each is asked, not up to the first

    def decide(self, visit: Visit, *, trial: bool = False) -> Verdict:
        """Say whether a visit is allowed. This is the only place that says yes. Never raises.

        A `trial` shows nothing to the visitor, whatever comes out, and so costs nothing of a budget.
        """
        address, who = self._proxies.client(visit.peer, visit.headers)
        visitor = Visitor(address, visit.headers, visit.face, visit.target, visit.now, trial=trial)
        for rule in self._by_gift():
            grant = rule.admits(visitor)
            if grant is not None:
                everywhere = not (rule.each_face or grant.by_address)
                return Verdict(True, rule.name, grant.who or who, grant.until, everywhere, rule.guests)
        return Verdict(False, None, who, None, not (self.each_face or self.parameters))

    def _by_gift(self) -> tuple[Rule, ...]:
        """Give the rules, those first that give most: to see people hidden from guests, and at no cost."""
        if self._sorted[0] is not self.rules:
            gifts = sorted(self.rules, key=lambda rule: (rule.guests, rule.budget is not None))
            self._sorted = self.rules, tuple(gifts)
        return self._sorted[1]

    def explain(self, visit: Visit) -> Explanation:
        """Give the verdict, and of every rule whether it holds and why. It costs nothing of a budget."""
        address, _ = self._proxies.client(visit.peer, visit.headers)
        visitor = Visitor(address, visit.headers, visit.face, visit.target, visit.now, trial=True)
        return Explanation(self.decide(visit, trial=True), tuple(_result(rule, visitor) for rule in self.rules))


def _result(rule: Rule, visitor: Visitor) -> RuleResult:
    results = [
        ConditionResult(each.kind, each.admits(visitor) is not None, each.reason(visitor)) for each in rule.conditions
    ]
    if rule.budget is not None and (whole := rule.admits_but_for_budget(visitor)) is not None:
        left = rule.budget.admits(visitor, whole) is not None
        results.append(ConditionResult("budget", left, rule.budget.reason(visitor, whole)))
    return RuleResult(rule.name, rule.admits(visitor) is not None, tuple(results))
